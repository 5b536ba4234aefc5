/** The words of the wire: ids, kinds of device, severities. Everything else in the project spells them through here. */

declare const brand: unique symbol
/** A string or number that was checked once and carries that fact in its type. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** `[a-z0-9][a-z0-9-]{0,31}`, e.g. `c07`. */
export type CompoundId = Brand<string, 'CompoundId'>
/** `[a-z0-9][a-z0-9-]{0,63}`, unique in the whole platform, e.g. `c07-smoke-0123`. */
export type DeviceId = Brand<string, 'DeviceId'>
/** Milliseconds since 1970 UTC, a whole number. */
export type Millis = number

export const KINDS = ['door', 'smoke', 'camera', 'gateway'] as const
export type Kind = (typeof KINDS)[number]

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What a compound's id looks like. */
export const COMPOUND_ID = /^[a-z0-9][a-z0-9-]{0,31}$/
/** What a device's id looks like. */
export const DEVICE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/

export function isCompoundId(text: string): text is CompoundId {
  return COMPOUND_ID.test(text)
}
export function isDeviceId(text: string): text is DeviceId {
  return DEVICE_ID.test(text)
}
export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text)
}

/** Where a device hangs. `building`, `unit`, `home` are text, `floor` a whole number; only `building` is required. */
export interface Location {
  readonly building: string
  readonly unit?: string
  readonly floor?: number
  readonly home?: string
}

/** One text in both languages of the product, Chinese first. */
export interface Bilingual {
  readonly zh: string
  readonly en: string
}
