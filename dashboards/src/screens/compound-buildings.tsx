import { memo, useMemo, useState } from 'react'
import type { KeyboardEvent, MouseEvent } from 'react'
import { useNavigate } from 'react-router'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { CompoundView } from '../../../protocol/http/places.ts'
import type { Severity } from '../../../protocol/names.ts'
import { byNumber, conditionOf, elevationOf } from '../live/condition.ts'
import type { Condition } from '../live/condition.ts'
import { regroup } from '../live/devices.ts'
import { SeverityMark } from '../parts/severity.tsx'
import { useText } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'

interface Props {
  readonly compound: CompoundView
  readonly devices: readonly DeviceView[]
  readonly worst: ReadonlyMap<string, Severity>
  readonly troubleOnly: boolean
}

/** Every building from outside, one cell for each home's detector. */
export function Buildings({ compound, devices, worst, troubleOnly }: Props) {
  const t = useText()
  const [before, setBefore] = useState<ReadonlyMap<string, readonly DeviceView[]>>(() => new Map())
  const groups = useMemo(
    () => regroup(before, devices.filter((device) => device.kind === 'smoke'), (device) => device.location.building),
    [before, devices]
  )
  if ([...groups].some(([building, group]) => before.get(building) !== group) || groups.size !== before.size) setBefore(groups)
  const shown = [...groups].sort(([a], [b]) => byNumber(a, b)).flatMap(([building, group]) => {
    const trouble = group.filter((device) => conditionOf(device, worst.get(device.id)) !== 'normal').length
    return troubleOnly && trouble === 0 ? [] : [{ building, group, trouble }]
  })
  if (shown.length === 0) return null
  return (
    <section className="buildings" aria-labelledby="buildings-title">
      <h2 id="buildings-title">{t('compound.buildings-title')}</h2>
      <div className="buildings-row">
        {shown.map(({ building, group, trouble }) => (
          <Building
            key={building} compound={compound.id} id={building} devices={group} worst={worst} trouble={trouble}
            name={compound.buildings.find((known) => known.id === building)?.name ?? t('compound.building', { name: building })}
          />
        ))}
      </div>
    </section>
  )
}

interface BuildingProps {
  readonly compound: string
  readonly id: string
  readonly name: string
  readonly devices: readonly DeviceView[]
  readonly worst: ReadonlyMap<string, Severity>
  readonly trouble: number
}

const Building = memo(function Building({ compound, id, name, devices, worst, trouble }: BuildingProps) {
  const t = useText()
  const places = usePlaces()
  const navigate = useNavigate()
  const elevation = useMemo(() => elevationOf(devices), [devices])
  const first = elevation.floors[0]?.units.find((unit) => unit.length > 0)?.[0]?.id ?? elevation.unplaced[0]?.id
  const [current, setCurrent] = useState<string | undefined>(undefined)
  const entry = current !== undefined && devices.some((device) => device.id === current) ? current : first

  // One listener for the building instead of one a cell; the arrow keys walk over the cells as they stand on screen.
  const click = (event: MouseEvent<HTMLElement>) => {
    const href = cellOf(event.target)?.getAttribute('href')
    if (!href || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    void navigate(href)
  }
  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const cell = cellOf(event.target)
    const next = cell && neighbour(event.currentTarget, cell, event.key)
    if (!next) return
    event.preventDefault()
    setCurrent(next.dataset['device'])
    next.focus()
  }
  const draw = (device: DeviceView) => {
    const place = places.within(compound, null, device.location)
    return <Cell key={device.id} id={device.id} condition={conditionOf(device, worst.get(device.id))} place={place} enters={device.id === entry} />
  }

  return (
    <article className="building" data-trouble={trouble > 0} onClick={click} onKeyDown={walk} aria-label={name} data-testid={`building-${id}`}>
      <div className="elevation">
        {elevation.floors.map((floor) => (
          <div key={floor.floor} className="floor">
            <span className="floor-number" title={t('compound.floor', { floor: floor.floor })}>{floor.floor}</span>
            {floor.units.map((unit, index) => (
              <span key={elevation.units[index]} className="unit" style={{ gridTemplateColumns: `repeat(${elevation.widths[index] ?? 1}, var(--cell))` }}>
                {unit.map(draw)}
              </span>
            ))}
          </div>
        ))}
        {elevation.unplaced.length > 0 && <div className="floor"><span className="floor-number">?</span>{elevation.unplaced.map(draw)}</div>}
      </div>
      <footer>
        <b>{name}</b>
        <span>{trouble > 0 ? t('compound.building-summary', { total: devices.length, trouble }) : t('compound.building-calm', { total: devices.length })}</span>
      </footer>
    </article>
  )
})

interface CellProps {
  readonly id: string
  readonly condition: Condition
  readonly place: string
  /** The one that the tab key reaches. */
  readonly enters: boolean
}

const Cell = memo(function Cell({ id, condition, place, enters }: CellProps) {
  const t = useText()
  const text = `${place || id} · ${conditionText(t, condition)}`
  return (
    <a href={`/devices/${id}`} className="cell" data-device={id} data-condition={condition} title={text} aria-label={text} tabIndex={enters ? 0 : -1}>
      {isSeverity(condition) && <SeverityMark severity={condition} label={false} />}
    </a>
  )
})

function isSeverity(condition: Condition): condition is Severity {
  return condition === 'critical' || condition === 'high' || condition === 'medium' || condition === 'low'
}

export function conditionText(t: ReturnType<typeof useText>, condition: Condition): string {
  return isSeverity(condition) ? t(`severity.${condition}`) : t(`state.${condition}`)
}

function cellOf(target: EventTarget): HTMLAnchorElement | null {
  return target instanceof Element ? target.closest<HTMLAnchorElement>('a.cell') : null
}

/** The nearest cell in the direction of an arrow key. */
function neighbour(building: Element, cell: HTMLElement, key: string): HTMLElement | null {
  const [dx, dy] = key === 'ArrowLeft' ? [-1, 0] : key === 'ArrowRight' ? [1, 0] : key === 'ArrowUp' ? [0, -1] : key === 'ArrowDown' ? [0, 1] : [0, 0]
  if (dx === 0 && dy === 0) return null
  const from = cell.getBoundingClientRect()
  let best: { cell: HTMLElement; distance: number } | null = null
  for (const other of building.querySelectorAll<HTMLElement>('a.cell')) {
    const to = other.getBoundingClientRect()
    const [x, y] = [to.x - from.x, to.y - from.y]
    const [along, across] = [x * dx + y * dy, Math.abs(x * dy) + Math.abs(y * dx)]
    if (along < 2) continue
    const distance = along + across * 4
    if (!best || distance < best.distance) best = { cell: other, distance }
  }
  return best?.cell ?? null
}
