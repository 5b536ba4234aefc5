import { en } from './en.ts'
import { zh } from './zh.ts'
import type { TextKey } from './zh.ts'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export type Params = Readonly<Record<string, string | number>>
/** Looks a text up in the chosen language. */
export type Translate = (key: TextKey, params?: Params) => string

const texts: Record<Language, Record<TextKey, string>> = { zh, en }

/**
 * Puts `params` into the places of a text: `{count}` is the parameter itself, `{count:alarm|alarms}` the first word where it is 1 and
 * the second otherwise. A place without a parameter stays as it is, so that it is seen.
 */
export function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (place, name: string, one?: string, many?: string) => {
    const value = params[name]
    if (value === undefined) return place
    if (one === undefined || many === undefined) return String(value)
    return Number(value) === 1 ? one : many
  })
}

/** The lookup of one language. */
export function translator(language: Language): Translate {
  const own = texts[language]
  return (key, params) => (params ? fill(own[key], params) : own[key])
}

/** True for a text that exists; lets words from the wire that we have no text for (newer firmware) fall back to themselves. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(zh, key)
}
