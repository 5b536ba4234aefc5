import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Suspense, lazy, useState } from 'react'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { Command } from '../../../protocol/kinds/definition.ts'
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'
import { endOf, isUnderWay, stepsOf, weighty } from '../live/command.ts'
import type { CommandStep } from '../live/command.ts'
import { Moment } from '../parts/age.tsx'
import { failed } from '../parts/deed.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useMay } from '../shell/login-state.ts'
import { notify } from '../shell/notices.tsx'
import { usePreferences, useText } from '../shell/preferences.tsx'
import { useTime } from '../shell/site.tsx'

const CommandDialog = lazy(async () => ({ default: (await import('./device-command-dialog.tsx')).CommandDialog }))

const PORTION = 8
/** Most that is read of the history. */
const MOST = 200
/** How often it is read anew, ms: while something is under way a person stands in front of a door and waits. */
const EVERY = { underWay: 1000, quiet: 15_000 } as const

/** What the device can be told to do, how far that is, and what it was told before. */
export function DeviceCommands({ device }: { readonly device: DeviceView }) {
  const { t, language } = usePreferences()
  const may = useMay()('command')
  const client = useQueryClient()
  const [asking, setAsking] = useState<string | null>(null)
  const [limit, setLimit] = useState(PORTION)
  const query = useQuery({
    queryKey: ['commands', device.id, limit], queryFn: ({ signal }) => api.commands(device.id, limit, signal), staleTime: 0, placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? EVERY.underWay : EVERY.quiet)
  })
  const commands: Readonly<Record<string, Command>> = KIND_DEFINITIONS[device.kind].commands
  const give = async (name: string, args: IssuedCommand['args']): Promise<ApiError | null> => {
    try {
      await api.command(device.id, name, args)
      notify('done', t('command.given', { name: shortLabel(commands[name]?.label[language] ?? name) }))
      return null
    } catch (error) {
      if (error instanceof ApiError && error.code === 'bad-input') return error
      notify('failed', error instanceof ApiError && error.code === 'too-many-waiting' ? t('command.too-many') : failed(t, error))
      return null
    } finally {
      void client.invalidateQueries({ queryKey: ['commands', device.id] })
    }
  }
  const press = (name: string) => {
    const command = commands[name]
    if (!command) return
    if (weighty(device.kind, name) === null && command.closed && Object.keys(command.args).length === 0) void give(name, {})
    else setAsking(name)
  }
  const asked = asking === null ? undefined : commands[asking]
  return (
    <section className="commands" aria-labelledby="commands-title">
      <h2 id="commands-title">{t('command.title')}</h2>
      {may
        ? (
            <div className="command-buttons">
              {Object.entries(commands).map(([name, { label, args, closed }]) => (
                <Button key={name} onClick={() => press(name)} data-testid={`command-${name}`} danger={name === 'release'} title={label[language]}>
                  {shortLabel(label[language])}{(weighty(device.kind, name) !== null || !closed || Object.keys(args).length > 0) && '…'}
                </Button>
              ))}
            </div>
          )
        : <p className="connection-note">{t('command.not-yours')}</p>}
      {may && !device.online && <p className="close-hint">{t(device.kind === 'door' ? 'command.offline' : 'command.offline-short')}</p>}
      {asking !== null && asked && (
        <Suspense>
          <CommandDialog key={asking} device={device} name={asking} command={asked} give={give} done={() => setAsking(null)} />
        </Suspense>
      )}
      <h3>{t('command.history')}</h3>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Empty title={t('command.none')} />}
      {query.data && query.data.items.length > 0 && (
        <ol className="command-list" aria-live="polite">
          {query.data.items.map((command) => <Issued key={command.id} command={command} label={shortLabel(commands[command.name]?.label[language] ?? command.name)} />)}
        </ol>
      )}
      {query.data?.next && limit < MOST && <p className="more"><Button loading={query.isFetching} onClick={() => setLimit(Math.min(MOST, limit * 5))}>{t('command.more')}</Button></p>}
    </section>
  )
}

/** A label without what it explains in brackets. */
function shortLabel(label: string): string {
  return label.replace(/\s*[（(].*[）)]$/, '')
}

function Issued({ command, label }: { readonly command: IssuedCommand; readonly label: string }) {
  const t = useText()
  const time = useTime()
  const end = endOf(command)
  const words = end === null
    ? command.message ? t('command.device-said', { text: command.message }) : null
    : end.why === 'replaced' ? t('command.end-replaced', { by: end.by }) : t(`command.end-${end.why}`)
  const args = Object.entries(command.args)
  return (
    <li className="command" data-state={command.state} data-testid={`command-${command.id}`}>
      <p className="command-what">
        <b>{label}</b>
        <span className="command-state">{t(`command.state-${command.state}`)}</span>
        <span className="command-who">{t('command.who', { who: command.by === 'system' ? t('command.system') : command.by })} · <span className="id">{command.id}</span></span>
      </p>
      {args.length > 0 && (
        <p className="command-args">
          {args.map(([name, value]) => <span key={name}><span className="id">{name}</span> {typeof value === 'string' ? value : JSON.stringify(value)}</span>)}
        </p>
      )}
      <Steps steps={stepsOf(command)} />
      {words !== null && <p className="command-words">{words}</p>}
      {command.holding && <p className="command-words">{t('command.holding')}</p>}
      {command.state === 'queued' && command.expiresAt !== null && <p className="command-words">{t('command.until', { time: time.time(command.expiresAt) })}</p>}
    </li>
  )
}

/** When it came into each state: the first as a moment, the others as what it took since. */
function Steps({ steps }: { readonly steps: readonly CommandStep[] }) {
  const t = useText()
  const first = steps[0]?.at ?? 0
  return (
    <ol className="command-steps">
      {steps.map(({ state, at }, index) => (
        <li key={state} data-state={state}>
          {t(`command.state-${state}`)}{' '}
          {index === 0
            ? <Moment at={at} />
            : <time dateTime={new Date(at).toISOString()}>+{t('age.seconds', { n: ((at - first) / 1000).toFixed(at - first < 10_000 ? 2 : 0) })}</time>}
        </li>
      ))}
    </ol>
  )
}
