import type { CompoundView } from '../../../protocol/http/places.ts'

export type LocalFind =
  | { readonly type: 'compound'; readonly compound: CompoundView }
  | { readonly type: 'building'; readonly compound: CompoundView; readonly building: CompoundView['buildings'][number] }

/** What a text asks for. */
export interface Question {
  /** Compounds and buildings that it names, the best first. */
  readonly places: readonly LocalFind[]
  /** What the platform is to be asked for a device or home; null: the text only names a place. */
  readonly devices: { readonly compound?: string; readonly building?: string; readonly q: string } | null
  /** Id of an alarm; null when it looks like none. */
  readonly alarm: string | null
}

const MOST_PLACES = 6

/**
 * Takes a text as people type it, `杏林 3号楼 402` or `c07-smoke-0123` or `a118`: words that name a compound, then those that name one of
 * its buildings, narrow the search for a device or home to that place.
 */
export function understand(text: string, compounds: readonly CompoundView[]): Question {
  const words = text.trim().toLowerCase().split(/[\s,，、]+/).filter((word) => word !== '')
  if (words.length === 0) return { places: [], devices: null, alarm: null }
  const alarm = words.length === 1 && /^#?a?\d{1,12}$/.test(words[0] ?? '') ? `a${(words[0] ?? '').replace(/^#?a?/, '')}` : null
  const named = compounds.filter((compound) => words.some((word) => names(compound, word)))
  const best = named.filter((compound) => words.filter((word) => names(compound, word)).length === Math.max(...named.map((one) => words.filter((word) => names(one, word)).length)))
  const rest = best.length > 0 ? words.filter((word) => !best.some((compound) => names(compound, word))) : words
  const buildings = (best.length > 0 ? best : compounds).flatMap((compound) => compound.buildings
    .filter((building) => rest.some((word) => word === building.name.toLowerCase() || (best.length > 0 && word === building.id)))
    .map((building): LocalFind => ({ type: 'building', compound, building })))
  const only = buildings.length === 1 ? buildings[0] : undefined
  const left = buildings.length > 0 ? rest.filter((word) => !buildings.some((find) => find.type === 'building' && (word === find.building.name.toLowerCase() || word === find.building.id))) : rest
  const places = [...buildings, ...(rest.length === 0 || buildings.length === 0 ? best.map((compound): LocalFind => ({ type: 'compound', compound })) : [])]
  const compound = only?.compound ?? (best.length === 1 ? best[0] : undefined)
  const q = left.join(' ')
  return {
    places: places.slice(0, MOST_PLACES),
    devices: q === '' ? null : { ...(compound ? { compound: compound.id } : {}), ...(only?.type === 'building' ? { building: only.building.id } : {}), q },
    alarm
  }
}

function names({ id, name, district }: CompoundView, word: string): boolean {
  return id === word || name.toLowerCase().includes(word) || (word.length > 1 && district.toLowerCase().includes(word))
}
