import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent } from 'react'
import { useNavigate } from 'react-router'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { CompoundView } from '../../../protocol/http/places.ts'
import type { Kind, Severity } from '../../../protocol/names.ts'
import { byNumber, conditionOf, elevationOf, groundOf } from '../live/condition.ts'
import { regroup } from '../live/devices.ts'
import { useText } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { Cell, conditionText } from './compound-cell.tsx'
import { stateText } from './compound-tiles.tsx'

type Groups = ReadonlyMap<string, readonly DeviceView[]>

interface Props {
  readonly compound: CompoundView
  readonly devices: readonly DeviceView[]
  readonly worst: ReadonlyMap<string, Severity>
  readonly troubleOnly: boolean
  /** The kind that is looked at: the others stay as the ground that they stand on. */
  readonly kind: Kind | null
  /** The building that was searched for. */
  readonly found: string | null
}

const NONE: readonly DeviceView[] = []
const isHome = (device: DeviceView) => device.kind === 'smoke'

/** Every building from outside: one cell for each home's detector, and at its foot, by entrance, its doors and cameras. */
export function Buildings({ compound, devices, worst, troubleOnly, kind, found }: Props) {
  const t = useText()
  const places = usePlaces()
  const homes = useGroups(devices, isHome)
  const ground = useGroups(devices, isGround)
  const ids = useMemo(() => [...new Set([...homes.keys(), ...ground.keys()])].sort(byNumber), [homes, ground])
  const shown = ids.flatMap((id) => {
    const [own, foot] = [homes.get(id) ?? NONE, ground.get(id) ?? NONE]
    const trouble = [...own, ...foot].filter((device) => (kind === null || device.kind === kind) && conditionOf(device, worst.get(device.id)) !== 'normal').length
    return troubleOnly && trouble === 0 ? [] : [{ id, own, foot, trouble }]
  })
  if (shown.length === 0) return null
  return (
    <section className="buildings" aria-labelledby="buildings-title" data-kind={kind ?? 'all'}>
      <h2 id="buildings-title">{t('compound.buildings-title')} <small>{t('compound.in-place')}</small></h2>
      <div className="buildings-row">
        {shown.map(({ id, own, foot, trouble }) => (
          <Building
            key={id} compound={compound.id} id={id} homes={own} ground={foot} worst={worst} trouble={trouble} isFound={id === found}
            name={places.building(compound.id, id)}
          />
        ))}
      </div>
    </section>
  )
}

function isGround(device: DeviceView): boolean {
  return !isHome(device)
}

/** Devices by building; a building of which nothing changed is the same list as before. `of` has to be stable. */
function useGroups(devices: readonly DeviceView[], of: (device: DeviceView) => boolean): Groups {
  const [before, setBefore] = useState<Groups>(() => new Map())
  const groups = useMemo(() => regroup(before, devices.filter(of), (device) => device.location.building), [before, devices, of])
  if (groups.size !== before.size || [...groups].some(([building, group]) => before.get(building) !== group)) setBefore(groups)
  return groups
}

interface BuildingProps {
  readonly compound: string
  readonly id: string
  readonly name: string
  readonly homes: readonly DeviceView[]
  readonly ground: readonly DeviceView[]
  readonly worst: ReadonlyMap<string, Severity>
  readonly trouble: number
  readonly isFound: boolean
}

const Building = memo(function Building({ compound, id, name, homes, ground, worst, trouble, isFound }: BuildingProps) {
  const t = useText()
  const places = usePlaces()
  const navigate = useNavigate()
  const frame = useRef<HTMLElement>(null)
  const elevation = useMemo(() => elevationOf(homes), [homes])
  const foot = useMemo(() => groundOf(ground, elevation.units), [ground, elevation.units])
  const first = elevation.floors[0]?.units.find((unit) => unit.length > 0)?.[0]?.id ?? elevation.unplaced[0]?.id ?? ground[0]?.id
  const [current, setCurrent] = useState<string | undefined>(undefined)
  const entry = current !== undefined && (homes.some((device) => device.id === current) || ground.some((device) => device.id === current)) ? current : first
  useEffect(() => {
    if (isFound) frame.current?.scrollIntoView({ block: 'center' })
  }, [isFound])

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
    const condition = conditionOf(device, worst.get(device.id))
    const home = device.kind === 'smoke'
    const does = home ? '' : stateText(t, device, condition)
    const name = home ? places.within(compound, null, device.location) || device.id : `${t(`kind.${device.kind}`)} ${device.id.slice(device.id.lastIndexOf('-') + 1)}`
    const text = [name, conditionText(t, condition), does].filter((part, index, all) => part !== '' && all.indexOf(part) === index).join(' · ')
    return (
      <Cell
        key={device.id} id={device.id} kind={device.kind} condition={condition} text={text} enters={device.id === entry}
        isOpen={device.kind === 'door' && device.latest['open']?.value === true} isUnlocked={device.kind === 'door' && device.latest['locked']?.value === false}
      />
    )
  }

  return (
    <article ref={frame} className="building" data-trouble={trouble > 0} data-found={isFound} onClick={click} onKeyDown={walk} aria-label={name} data-testid={`building-${id}`}>
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
        {ground.length > 0 && (
          <div className="floor ground">
            <span className="floor-number" />
            {foot.byUnit.map((unit, index) => (
              <span key={elevation.units[index]} className="unit" style={{ gridTemplateColumns: `repeat(${elevation.widths[index] ?? 1}, var(--cell))` }}>
                {unit.map(draw)}
              </span>
            ))}
            {foot.byUnit.length === 0 && <span className="unit ground-rest">{foot.rest.map(draw)}</span>}
          </div>
        )}
      </div>
      <footer>
        {foot.byUnit.length > 0 && foot.rest.map(draw)}
        <b title={name}>{name}</b>
        <span>{trouble > 0 ? t('compound.building-summary', { trouble }) : t('compound.building-calm', { total: homes.length })}</span>
      </footer>
    </article>
  )
})

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
