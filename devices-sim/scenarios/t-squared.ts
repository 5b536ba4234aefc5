/**
 * A fire that grows with the square of time, and what a detector under the ceiling sees of it. Simple on purpose: correlations that are
 * good enough for the first minutes in a room, with their sources, and no more.
 */
export type Growth = 'slow' | 'medium' | 'fast' | 'ultra-fast'

/** kW/s². NFPA 72, annex B: slow, medium and fast reach 1,055 kW (1,000 BTU/s) after 600, 300 and 150 s, ultra-fast after 75 s. */
export const GROWTH: Readonly<Record<Growth, number>> = { slow: 0.00293, medium: 0.01172, fast: 0.0469, 'ultra-fast': 0.1876 }

/** Metres: floor to ceiling, and from the axis of the plume to the detector. */
const CEILING = 2.5
const RADIUS = 2
/** kJ/g and g/g: heat of combustion and soot yield, between wood and polyurethane foam (SFPE Handbook, tables of yields). */
const HEAT_OF_COMBUSTION = 20
const SOOT_YIELD = 0.1
/** m²/g: specific extinction of smoke of flaming fires (Mulholland and Croarkin 2000: 8.7). */
const EXTINCTION = 8.7
/** m³ of a living room. */
const ROOM = 30
/** Heat release in kW at which somebody with an extinguisher ends it. */
const PUT_OUT_AT = 170
/** Seconds in which an extinguished fire's heat, and the smoke of an aired room, fall to 1/e. */
const COOLING = 8
const AIRING = 15
const SATURATION = 125

/** kW after `seconds` of undisturbed growth. */
export function heatRelease(growth: Growth, seconds: number): number {
  return seconds <= 0 ? 0 : GROWTH[growth] * seconds ** 2
}

/** Seconds after ignition at which it is put out. */
export function putOutAfter(growth: Growth): number {
  return Math.sqrt(PUT_OUT_AT / GROWTH[growth])
}

/** °C above the room in the jet under the ceiling; Alpert 1972, for r/H > 0.18. @param release kW */
export function ceilingJetRise(release: number, radius = RADIUS, height = CEILING): number {
  return radius / height > 0.18 ? (5.38 * (release / radius) ** (2 / 3)) / height : (16.9 * release ** (2 / 3)) / height ** (5 / 3)
}

/** What the fire adds at a detector in its room. */
export interface Seen {
  /** °C above the room. */
  readonly rise: number
  /** 1/m, the extinction coefficient of the smoke. */
  readonly extinction: number
}

/** @param seconds after ignition */
export function seenInRoom(growth: Growth, seconds: number): Seen {
  if (seconds <= 0) return { rise: 0, extinction: 0 }
  const out = putOutAfter(growth)
  const burning = Math.min(seconds, out)
  const after = seconds - burning
  const release = heatRelease(growth, burning) * Math.exp(-after / COOLING)
  // The integral of alpha t² is the heat so far; soot follows from it, mixed into the room.
  const heat = (GROWTH[growth] * burning ** 3) / 3
  const soot = (heat / HEAT_OF_COMBUSTION) * SOOT_YIELD
  return { rise: ceilingJetRise(release), extinction: ((soot * EXTINCTION) / ROOM) * Math.exp(-after / AIRING) }
}

/** %/m that an extinction coefficient (1/m) means: Bouguer's law over one metre. */
export function obscuration(extinction: number): number {
  return 100 * (1 - Math.exp(-extinction))
}

/** What a detector's sensor says, °C. */
export function sensed(temperature: number): number {
  return Math.min(SATURATION, temperature)
}
