import { memo } from 'react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { Kind, Severity } from '../../../protocol/names.ts'
import type { Translate } from '../i18n/text.ts'
import { conditionOf } from '../live/condition.ts'
import type { Condition } from '../live/condition.ts'
import { SeverityMark } from '../parts/severity.tsx'
import { useText } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'

interface Props {
  readonly kind: Exclude<Kind, 'smoke'>
  readonly title: string
  readonly devices: readonly DeviceView[]
  readonly worst: ReadonlyMap<string, Severity>
  /** Leave out what is in order: it stands in the buildings. */
  readonly troubleOnly?: boolean
  /** What can be done about all of them. */
  readonly children?: ReactNode
}

/** Devices of one kind as tiles: number, place, and in words what it does now. */
export function Tiles({ kind, title, devices, worst, troubleOnly = false, children }: Props) {
  const t = useText()
  const own = devices.filter((device) => device.kind === kind)
  const shown = troubleOnly ? own.filter((device) => conditionOf(device, worst.get(device.id)) !== 'normal') : own
  const online = own.filter((device) => device.online).length
  return (
    <section aria-label={title}>
      <div className="tiles-head">
        <h2>
          {title} <small className="num">{online}/{own.length}</small>
          {shown.length < own.length && <small>{t('compound.calm-hidden', { count: own.length - shown.length })}</small>}
        </h2>
        {children}
      </div>
      <ol className={`tiles tiles-${kind}`}>
        {shown.map((device) => <Tile key={device.id} device={device} condition={conditionOf(device, worst.get(device.id))} />)}
      </ol>
    </section>
  )
}

const Tile = memo(function Tile({ device, condition }: { readonly device: DeviceView; readonly condition: Condition }) {
  const t = useText()
  const places = usePlaces()
  const place = places.within(device.compound, device.location.building, null)
  const isAlarm = condition === 'critical' || condition === 'high' || condition === 'medium' || condition === 'low'
  return (
    <li className="tile" data-condition={condition}>
      <Link to={`/devices/${device.id}`} title={`${device.id} · ${place}`}>
        <span className="tile-sign">{isAlarm ? <SeverityMark severity={condition} /> : <i className="cell" data-condition={condition} aria-hidden />}</span>
        <span className="tile-name">{device.id.slice(device.id.lastIndexOf('-') + 1)}</span>
        <span className="tile-place">{place}</span>
        <span className="tile-state">{stateText(t, device, condition)}</span>
      </Link>
    </li>
  )
})

/** What it does now, in words; empty where there is nothing to say. */
export function stateText(t: Translate, device: DeviceView, condition: Condition): string {
  if (!device.online) return t(device.lastSeenAt === null ? 'state.never-seen' : 'state.offline')
  const value = (field: string) => device.latest[field]?.value
  if (device.kind === 'door') {
    const [open, locked] = [value('open'), value('locked')]
    const isOpen = typeof open === 'boolean' ? t(open ? 'compound.opened' : 'compound.shut') : null
    const isLocked = typeof locked === 'boolean' ? t(locked ? 'compound.locked' : 'compound.unlocked') : null
    return [isOpen, isLocked].filter((text) => text !== null).join(' · ')
  }
  const children = value('children')
  if (device.kind === 'gateway' && typeof children === 'number') return t('compound.children', { count: children })
  return condition === 'trouble' ? t('state.trouble') : ''
}
