import type { RulesView } from '../protocol/http/rules.ts'

/** How the platform counts the value of a setting in its own unit, in ms or as it is. */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * The numbers that truth depends on: name of the platform's setting, what the contract says (times in ms), and what `--print-settings`
 * sets it to, in the setting's own unit, so that nobody waits for hours; null: fast enough as it is.
 */
const NUMBERS = {
  'smoke.alarm.quiet': { contract: 60_000, quick: 5 },
  'smoke.pre-alarm.limit': { contract: 5, quick: null },
  'smoke.pre-alarm.hold': { contract: 30_000, quick: 10 },
  'smoke.pre-alarm.rise': { contract: 3, quick: null },
  'smoke.pre-alarm.window': { contract: 60_000, quick: 15 },
  'smoke.pre-alarm.clear': { contract: 4, quick: null },
  'smoke.pre-alarm.quiet': { contract: 60_000, quick: 5 },
  'smoke.heat.limit': { contract: 57, quick: null },
  'smoke.heat.rise': { contract: 8.3, quick: null },
  'smoke.heat.window': { contract: 60_000, quick: null },
  'smoke.heat.clear': { contract: 50, quick: null },
  'smoke.heat.quiet': { contract: 60_000, quick: 5 },
  'smoke.co.high': { contract: 300, quick: null },
  'smoke.co.high-hold': { contract: 180_000, quick: 0.2 },
  'smoke.co.quiet': { contract: 300_000, quick: 0.1 },
  'smoke.call-point.quiet': { contract: 60_000, quick: 5 },
  'smoke.contaminated.limit': { contract: 80, quick: null },
  'smoke.contaminated.clear': { contract: 75, quick: null },
  'smoke.battery.limit': { contract: 15, quick: null },
  'smoke.battery.clear': { contract: 20, quick: null },
  'door.forced.grace': { contract: 5_000, quick: null },
  'door.held-open.hold': { contract: 60_000, quick: 15 },
  'door.held-open.high-hold': { contract: 300_000, quick: 40 },
  'door.denied-burst.count': { contract: 5, quick: null },
  'door.denied-burst.window': { contract: 60_000, quick: null },
  'door.denied-burst.quiet': { contract: 300_000, quick: 10 },
  'door.duress.quiet': { contract: 60_000, quick: 5 },
  'door.lock-fault.hold': { contract: 10_000, quick: null },
  'camera.video-loss.hold': { contract: 30_000, quick: 5 },
  'camera.video-loss.quiet': { contract: 30_000, quick: 5 },
  'camera.fire-lane-blocked.hold': { contract: 120_000, quick: 10 },
  'camera.falling-object.quiet': { contract: 300_000, quick: 10 },
  'camera.pulse.quiet': { contract: 300_000, quick: 10 },
  'device.offline.smoke': { contract: 7_200_000, quick: null },
  'device.offline.door': { contract: 120_000, quick: 45 },
  'device.offline.camera': { contract: 120_000, quick: 45 },
  'device.offline.gateway': { contract: 120_000, quick: 45 },
  'device.offline.settle': { contract: 5_000, quick: null },
  'device.never-seen.after': { contract: 86_400_000, quick: 0.05 },
  'device.flapping.count': { contract: 15, quick: null },
  'device.flapping.window': { contract: 60_000, quick: 20 },
  'device.clock.limit': { contract: 60_000, quick: null },
  'device.clock.hold': { contract: 60_000, quick: 5 },
  'device.rejected.count': { contract: 10, quick: null },
  'device.rejected.window': { contract: 60_000, quick: 20 },
  'late.settle': { contract: 2_000, quick: null },
  'late.longest': { contract: 10_000, quick: null }
} as const satisfies Readonly<Record<string, { readonly contract: number; readonly quick: number | null }>>

export type NumberName = keyof typeof NUMBERS
export const NUMBER_NAMES = Object.keys(NUMBERS) as readonly NumberName[]

/** The numbers by which a platform judges. */
export interface RuleNumbers {
  /** The rules that it has; null when it does not say. */
  readonly rules: ReadonlySet<string> | null
  /** In ms where it is a time. */
  of(name: NumberName): number
}

/** What the contract says. */
export const CONTRACT_NUMBERS: RuleNumbers = { rules: null, of: (name) => NUMBERS[name].contract }

/** What a platform says of itself; what it does not name is as in the contract. */
export function numbersOf(view: RulesView): RuleNumbers {
  const values = new Map([...view.settings, ...view.rules.flatMap((one) => one.settings)].map((one) => [one.name, one.value * (UNIT_MS[one.unit ?? ''] ?? 1)]))
  return { rules: new Set(view.rules.map((one) => one.id)), of: (name) => values.get(name) ?? NUMBERS[name].contract }
}

/** Variables to start a platform with, so that every scenario is over within minutes. */
export function quickSettings(): [string, number][] {
  return NUMBER_NAMES.flatMap((name): [string, number][] => {
    const { quick } = NUMBERS[name]
    return quick === null ? [] : [[`RULE_${name.replaceAll(/[.-]/g, '_').toUpperCase()}`, quick]]
  })
}
