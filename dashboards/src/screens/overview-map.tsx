import { memo, useMemo } from 'react'
import type { MouseEvent } from 'react'
import { useNavigate } from 'react-router'
import type { CompoundView } from '../../../protocol/http/places.ts'
import type { Severity } from '../../../protocol/names.ts'
import { DISTRICTS, MAP, RIVER, place } from '../live/district-map.ts'
import { openCount, worstFirst, worstOpen } from '../live/order.ts'
import { SEVERITY_SHAPES } from '../parts/severity.tsx'
import { useMedia, useOnWall, usePreferences } from '../shell/preferences.tsx'
import type { Translate } from '../i18n/text.ts'
import { plainName } from '../parts/compound-name.tsx'

interface Props {
  readonly compounds: readonly CompoundView[]
  readonly standings: readonly Pick<CompoundView, 'id' | 'devices' | 'alarms'>[]
}

/** How large the marks are drawn, for the map fills what it is given, and how many of the compounds are named, the worst: more names would cover each other. */
const SCALES = { phone: { marks: 2.2, named: 4 }, desk: { marks: 1, named: 12 }, wall: { marks: 1.4, named: 8 } }
/** What a finger may miss a mark by, map units; no more, or it would reach into the next. */
const REACH = 28
/** A compound of which more than this share is silent looks like one that cannot be heard. */
const SILENT = 0.2
const SIZE: Readonly<Record<Severity | 'none', number>> = { critical: 36, high: 32, medium: 28, low: 24, none: 17 }

/** The compounds where they are: a drawing of Lanzhou's districts that says of itself that it is schematic. */
export function OverviewMap({ compounds, standings }: Props) {
  const { t, language } = usePreferences()
  const navigate = useNavigate()
  const isPhone = useMedia('(max-width: 700px)')
  const isWall = useOnWall()
  const scale = SCALES[isPhone ? 'phone' : isWall ? 'wall' : 'desk']
  // Where they stand depends on the compounds alone, not on how they are.
  const places = useMemo(() => place(compounds), [compounds])
  const byId = useMemo(() => new Map(standings.map((standing) => [standing.id as string, standing])), [standings])
  const names = useMemo(() => new Map(compounds.map((compound) => [compound.id as string, compound.name])), [compounds])
  const named = useMemo(
    () => new Set([...standings].sort(worstFirst).filter(({ alarms }) => openCount(alarms) > 0).slice(0, scale.named).map(({ id }) => id as string)),
    [standings, scale]
  )
  const click = (event: MouseEvent<SVGSVGElement>) => {
    const href = event.target instanceof Element ? event.target.closest('a')?.getAttribute('href') : null
    if (!href || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    void navigate(href)
  }
  // The worst are drawn last, above their neighbours.
  const drawn = [...places].sort((a, b) => {
    const [one, other] = [byId.get(a.id), byId.get(b.id)]
    return one && other ? worstFirst(other, one) : 0
  })
  return (
    <figure className="map" data-testid="map">
      <svg viewBox={`0 0 ${MAP.width} ${MAP.height}`} onClick={click} role="group" aria-label={t('map.title')}>
        {DISTRICTS.map(({ pinyin, outline }) => <path key={pinyin} className="map-district" d={outline} />)}
        <path className="map-river" d={RIVER} />
        {DISTRICTS.map(({ zh, pinyin, label }) => <text key={pinyin} className="map-label" x={label[0]} y={label[1]}>{language === 'zh' ? zh : pinyin}</text>)}
        {drawn.map(({ id, x, y }) => {
          const standing = byId.get(id)
          return standing && (
            <Mark
              key={id} id={id} x={x} y={y} scale={scale.marks} t={t} name={plainName(names.get(id) ?? id)} isNamed={named.has(id)} worst={worstOpen(standing.alarms)}
              open={openCount(standing.alarms)} offline={standing.devices.total - standing.devices.online}
              isSilent={standing.devices.total > 0 && standing.devices.online < standing.devices.total * (1 - SILENT)}
            />
          )
        })}
      </svg>
      <figcaption>{t('map.legend', { percent: SILENT * 100 })}<br />{t('map.schematic')}</figcaption>
    </figure>
  )
}

interface MarkProps {
  readonly id: string
  readonly name: string
  readonly x: number
  readonly y: number
  readonly scale: number
  readonly worst: Severity | null
  readonly open: number
  readonly offline: number
  readonly isSilent: boolean
  readonly isNamed: boolean
  readonly t: Translate
}

const Mark = memo(function Mark({ id, name, x, y, scale, worst, open, offline, isSilent, isNamed, t }: MarkProps) {
  const size = SIZE[worst ?? 'none']
  const state = [worst ? `${t(`severity.${worst}`)} · ${t('map.open', { count: open })}` : t('overview.calm'), offline > 0 ? t('overview.offline-count', { count: offline }) : null]
  const text = [name, ...state].filter((part) => part !== null).join(' · ')
  return (
    <a href={`/compounds/${id}`} className="map-mark" data-worst={worst ?? 'none'} aria-label={text} data-testid={`map-${id}`}>
      <title>{text}</title>
      <g transform={`translate(${x} ${y}) scale(${scale})`}>
        <circle className="map-touch" r={Math.max(REACH / scale, size / 2 + 4)} />
        {worst
          ? <path className={`map-sign map-${worst}`} transform={`translate(${-size / 2} ${-size / 2}) scale(${size / 24})`} d={SEVERITY_SHAPES[worst]} />
          : <circle className="map-sign map-none" r={size / 2} data-silent={isSilent} />}
        {worst && <text className={`map-number map-number-${worst}`} y={worst === 'high' ? 9 : 5.5}>{open}</text>}
        {isNamed && <text className="map-name" y={size / 2 + 15}>{name}</text>}
      </g>
    </a>
  )
})
