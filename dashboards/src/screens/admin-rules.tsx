import { useQuery } from '@tanstack/react-query'
import { KINDS, SEVERITIES } from '../../../protocol/names.ts'
import type { RuleSettingView } from '../../../protocol/http/rules.ts'
import { adminApi } from '../api/admin-calls.ts'
import type { TextKey } from '../i18n/zh.ts'
import { SeverityTag } from '../parts/severity.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences } from '../shell/preferences.tsx'

/** The rules as they are in force, with their numbers; what differs from its default stands out. */
export function Rules() {
  const { t, language } = usePreferences()
  const query = useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => adminApi.rules(signal), staleTime: Infinity })
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return (
    <>
      <div className="table-frame" tabIndex={0} role="group" aria-label={t('admin.rules')}>
        <table className="table table-rules">
          <thead><tr><th scope="col">{t('alarms.rule')}</th><th scope="col">{t('severity.label')}</th><th scope="col">{t('rules.settings')}</th></tr></thead>
          <tbody>
            {query.data.rules.map(({ id, title, severity, latches, settings }) => (
              <tr key={id}>
                <td><b>{title[language]}</b>{latches && <span className="flag rule-latches">{t('rules.latches')}</span>}<small className="table-place id">{id}</small></td>
                <td>
                  {SEVERITIES.filter((each) => Object.values(severity).includes(each)).map((each) => (
                    <p key={each} className="rule-severity"><SeverityTag severity={each} /> {levelsOf(severity) > 1 && <small>{KINDS.filter((kind) => severity[kind] === each).map((kind) => t(`kind.${kind}`)).join(' · ')}</small>}</p>
                  ))}
                </td>
                <td>{settings.length > 0 && <Settings settings={settings} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {query.data.settings.length > 0 && <><h2>{t('rules.common')}</h2><Settings settings={query.data.settings} /></>}
    </>
  )
}

/** How many severities a rule has: where it is one for all kinds of device, the kinds need not be told. */
const levelsOf = (severity: Readonly<Record<string, unknown>>): number => new Set(Object.values(severity)).size

/** Units that have a word of their own in each language. */
const UNIT_WORDS: Readonly<Record<string, TextKey>> = { s: 'rules.unit-s', min: 'rules.unit-min', h: 'rules.unit-h', d: 'rules.unit-d' }

function Settings({ settings }: { readonly settings: readonly RuleSettingView[] }) {
  const { t, language } = usePreferences()
  // A number and its unit stay on one line.
  const unitText = (unit: string | null) => {
    if (unit === null) return ''
    const word = UNIT_WORDS[unit]
    return `\u00a0${word === undefined ? unit : t(word)}`
  }
  return (
    <ul className="rule-numbers">
      {settings.map(({ name, label, env, unit, value, default: usual }) => (
        <li key={name} data-changed={value !== usual} title={t('rules.setting-hint', { name, env })}>
          <span>{label[language]}</span> <b>{value}</b>{unitText(unit)}{value !== usual && <small> {t('rules.usual', { value: `${usual}${unitText(unit)}` })}</small>}
        </li>
      ))}
    </ul>
  )
}
