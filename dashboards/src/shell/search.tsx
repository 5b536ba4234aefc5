import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'
import { understand } from '../live/find.ts'
import { plainName } from '../parts/compound-name.tsx'
import { useAlarmDesk } from '../parts/alarm-desk.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import { usePreferences } from './preferences.tsx'
import { useCompounds, usePlaces } from './site.tsx'

/** After the last key before the platform is asked, ms. */
const PAUSE = 200
const MOST_DEVICES = 8

interface Hit {
  readonly key: string
  readonly kind: string
  readonly name: string
  readonly about: string
  readonly alarm?: Alarm
  readonly go: () => void
}

/** Finds a compound, building, home, device or alarm by what people call it. `/` leads here from everywhere. */
export function Search() {
  const { t } = usePreferences()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const { hits, busy } = useHits(text)
  const current = hits[Math.min(at, hits.length - 1)]

  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const inField = event.target instanceof HTMLElement && (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      field.current?.focus()
      field.current?.select()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])

  const choose = (hit: Hit | undefined) => {
    if (!hit) return
    setOpen(false)
    setText('')
    field.current?.blur()
    hit.go()
  }
  const steer = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (hits.length > 0) setAt((Math.min(at, hits.length - 1) + (event.key === 'ArrowDown' ? 1 : hits.length - 1)) % hits.length)
    } else if (event.key === 'Enter') choose(current)
    else if (event.key === 'Escape') {
      if (text) setText('')
      else field.current?.blur()
    }
  }
  const shows = isOpen && text.trim() !== ''
  return (
    <div className="search" role="search" onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}>
      <svg viewBox="0 0 24 24" aria-hidden className="search-sign"><path d="M10 3a7 7 0 1 1-4.4 12.4A7 7 0 0 1 10 3zm0 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6zm5.6 8.8 5.6 5.6-1.6 1.6-5.6-5.6z" /></svg>
      <input
        ref={field} type="search" autoComplete="off" spellCheck={false} placeholder={t('search.hint')} aria-label={t('search.label')} data-testid="search"
        role="combobox" aria-expanded={shows} aria-controls="search-hits" aria-autocomplete="list" {...(shows && current ? { 'aria-activedescendant': `hit-${current.key}` } : {})}
        value={text} onFocus={() => setOpen(true)} onKeyDown={steer}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
          setOpen(true)
        }}
      />
      <kbd aria-hidden>/</kbd>
      <div className="search-hits" hidden={!shows}>
        <ul id="search-hits" role="listbox" aria-label={t('search.label')}>
          {hits.map((hit) => (
            <li
              key={hit.key} id={`hit-${hit.key}`} role="option" aria-selected={hit === current} data-testid="search-hit"
              onPointerDown={(event) => event.preventDefault()} onClick={() => choose(hit)}
            >
              <span className="hit-kind">{hit.alarm ? <SeverityMark severity={hit.alarm.severity} /> : hit.kind}</span>
              <span className="hit-name">{hit.name}</span>
              <span className="hit-about">{hit.about}</span>
            </li>
          ))}
        </ul>
        {hits.length === 0 && <p className="hit-none" role="status">{busy ? t('load.busy') : t('search.none', { text: text.trim() })}</p>}
      </div>
    </div>
  )
}

function useHits(text: string): { readonly hits: readonly Hit[]; readonly busy: boolean } {
  const { t, language } = usePreferences()
  const navigate = useNavigate()
  const places = usePlaces()
  const desk = useAlarmDesk()
  const compounds = useCompounds().data
  const asked = usePaused(text)
  const question = useMemo(() => understand(text, compounds ?? []), [text, compounds])
  const settled = useMemo(() => understand(asked, compounds ?? []), [asked, compounds])
  const devices = useQuery({
    queryKey: ['find', 'devices', settled.devices],
    queryFn: async ({ signal }) => (settled.devices ? (await api.find({ ...settled.devices, limit: MOST_DEVICES }, signal)).items : []),
    enabled: settled.devices !== null, staleTime: 30_000, placeholderData: keepPreviousData
  })
  const alarm = useQuery({
    queryKey: ['find', 'alarm', settled.alarm],
    queryFn: ({ signal }) => (settled.alarm ? api.alarm(settled.alarm, signal).catch(gone) : null),
    enabled: settled.alarm !== null, staleTime: 5000
  })
  const hits: Hit[] = []
  const found = question.alarm === null ? null : alarm.data
  if (found) {
    hits.push({
      key: `alarm-${found.id}`, kind: t('nav.alarms'), name: `${found.id} · ${found.message[language]}`, alarm: found,
      about: `${plainName(places.compound(found.compound))} · ${t(`state.${found.state}`)}`, go: () => desk.showTimeline(found)
    })
  }
  for (const find of question.places) {
    const { compound } = find
    hits.push(find.type === 'compound'
      ? { key: `compound-${compound.id}`, kind: t('search.compound'), name: plainName(compound.name), about: `${compound.district} · ${compound.id}`, go: () => void navigate(`/compounds/${compound.id}`) }
      : {
          key: `building-${compound.id}-${find.building.id}`, kind: t('search.building'), name: find.building.name, about: plainName(compound.name),
          go: () => void navigate(`/compounds/${compound.id}?building=${encodeURIComponent(find.building.id)}`)
        })
  }
  if (question.devices !== null) {
    for (const device of devices.data ?? []) {
      hits.push({
        key: `device-${device.id}`, kind: t(`kind.${device.kind}`), name: device.id,
        about: [plainName(places.compound(device.compound)), placeOf(device, places), ...(device.online ? [] : [t(device.lastSeenAt === null ? 'state.never-seen' : 'state.offline')])].join(' · '), go: () => void navigate(`/devices/${device.id}`)
      })
    }
  }
  return { hits, busy: asked !== text || devices.isFetching || alarm.isFetching }
}

function placeOf(device: DeviceView, places: ReturnType<typeof usePlaces>): string {
  return places.within(device.compound, device.location.building, device.location)
}

/** No such alarm is no fault: the text was something else. */
function gone(error: unknown): null {
  if (error instanceof ApiError && error.status === 404) return null
  throw error
}

/** The text as it stood when the typing paused. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}
