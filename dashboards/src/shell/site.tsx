import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { CompoundView } from '../../../protocol/http/places.ts'
import type { Location } from '../../../protocol/names.ts'
import { api } from '../api/calls.ts'
import { platformNow } from '../api/client.ts'
import { selectCompounds, useLive } from '../live/use-live.ts'
import { ageText } from '../time/age.ts'
import { timeFormat } from '../time/format.ts'
import type { TimeFormat } from '../time/format.ts'
import { ticker } from '../time/ticker.ts'
import { usePreferences, useText } from './preferences.tsx'

/** The site's own zone until it has said another. */
const DEFAULT_ZONE = 'Asia/Shanghai'

export const siteQuery = queryOptions({ queryKey: ['site'], queryFn: ({ signal }) => api.site(signal), staleTime: Infinity })
export const compoundsQuery = queryOptions({ queryKey: ['compounds'], queryFn: ({ signal }) => api.compounds(signal), staleTime: 10 * 60_000 })

export function useSite() {
  return useQuery(siteQuery)
}

/** The time zone of the site, IANA name. */
export function useZone(): string {
  return useSite().data?.timeZone ?? DEFAULT_ZONE
}

/** Texts of moments, in the language of the reader and the time zone of the site. */
export function useTime(): TimeFormat {
  const { language } = usePreferences()
  const zone = useZone()
  return useMemo(() => timeFormat(language, zone), [language, zone])
}

/** How long ago `at` was, kept up to date; the component is drawn again only when the text changes. */
export function useAge(at: number): string {
  const t = useText()
  return useSyncExternalStore(ticker.subscribe, () => ageText(t, platformNow() - at))
}

/** The present second by the platform's clock, ms; draws the component again each second. */
export function useSecond(): number {
  return useSyncExternalStore(ticker.subscribe, () => Math.floor(platformNow() / 1000)) * 1000
}

/** Names, districts and buildings of the compounds; fetched anew when the live link tells of one that is not in the list. */
export function useCompounds() {
  const client = useQueryClient()
  const query = useQuery(compoundsQuery)
  const live = useLive(selectCompounds)
  const isNew = query.isSuccess && [...live.keys()].some((id) => !query.data.some((compound) => compound.id === id))
  useEffect(() => {
    if (isNew) void client.invalidateQueries({ queryKey: ['compounds'] })
  }, [client, isNew, live.size])
  return query
}

/** Texts of places, with the names of compounds and buildings instead of their ids. */
export interface Places {
  /** Null: the platform itself. */
  compound(id: string | null): string
  /** The screen of it. */
  path(compound: string | null): string
  building(compound: string, id: string): string
  /** `3 号楼 · 1 单元 · 1203 室`: the number of a home tells its floor; where there is none, `3 号楼 · 1 单元 · 12 层`. */
  within(compound: string | null, building: string | null, location: Location | null): string
}

/** `3号楼` is a number and not a name: who reads English is told it in English. */
const NUMBERED = /^(\d+)\s*号楼$/

export function usePlaces(): Places {
  const { t, language } = usePreferences()
  const { data } = useCompounds()
  return useMemo(() => {
    const compounds = new Map<string, CompoundView>(data?.map((compound) => [compound.id, compound]))
    const building = (compound: string, id: string) => {
      const name = compounds.get(compound)?.buildings.find((known) => known.id === id)?.name
      const number = name === undefined ? id : language === 'en' ? NUMBERED.exec(name)?.[1] : undefined
      return number === undefined ? name ?? id : t('place.building', { building: number })
    }
    return {
      compound: (id) => (id === null ? t('place.platform') : compounds.get(id)?.name ?? id),
      path: (compound) => (compound === null ? '/admin/health' : `/compounds/${compound}`),
      building,
      within: (compound, inBuilding, location) => [
        compound === null || inBuilding === null ? null : building(compound, inBuilding),
        location?.unit === undefined ? null : t('place.unit', { unit: location.unit }),
        location?.floor === undefined || location.home !== undefined ? null : t('place.floor', { floor: location.floor }),
        location?.home === undefined ? null : t('place.home', { home: location.home })
      ].filter((part) => part !== null).join(' · ')
    }
  }, [data, t, language])
}
