import type { Alarm } from '../../../protocol/alarm.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Kind, Severity } from '../../../protocol/names.ts'

/** How a device stands, as it is painted: the worst open alarm, else whether we hear it, else whether it says that something is wrong. */
export type Condition = Severity | 'offline' | 'never-seen' | 'trouble' | 'normal'

/** What a healthy device does not say, by kind. Thresholds belong to the rules; these are yes-or-no statements of the device. */
const TROUBLE: Readonly<Record<Kind, Readonly<Record<string, boolean>>>> = {
  smoke: { alarm: true, fault: true, tamper: true },
  door: { tamper: true },
  camera: { videoLoss: true, recording: false },
  gateway: { mains: false }
}

/** True for a value by which a device says that something is wrong. */
export function saysTrouble(kind: Kind, field: string, value: unknown): boolean {
  const wrong = TROUBLE[kind][field]
  return wrong !== undefined && value === wrong
}

export function conditionOf(device: DeviceView, worst: Severity | undefined): Condition {
  if (worst) return worst
  if (!device.online) return device.lastSeenAt === null ? 'never-seen' : 'offline'
  return Object.entries(device.latest).some(([field, { value }]) => saysTrouble(device.kind, field, value)) ? 'trouble' : 'normal'
}

/** The worst open alarm of each device of a compound. Gives `before` back when it says the same. */
export function worstByDevice(before: ReadonlyMap<string, Severity>, alarms: Iterable<Alarm>, compound: string): ReadonlyMap<string, Severity> {
  const worst = new Map<string, Severity>()
  for (const alarm of alarms) {
    if (alarm.compound !== compound || alarm.device === null || alarm.state === 'closed') continue
    const known = worst.get(alarm.device)
    if (!known || SEVERITIES.indexOf(alarm.severity) < SEVERITIES.indexOf(known)) worst.set(alarm.device, alarm.severity)
  }
  const isSame = worst.size === before.size && [...worst].every(([device, severity]) => before.get(device) === severity)
  return isSame ? before : worst
}

export interface Floor {
  readonly floor: number
  /** Homes of each unit on this floor, in the order of their numbers. */
  readonly units: readonly (readonly DeviceView[])[]
}

/** A building seen from outside: floors from the top down, in each its units from left to right. */
export interface Elevation {
  readonly units: readonly string[]
  readonly floors: readonly Floor[]
  /** Most homes that a unit has on a floor, per unit: so that homes stand above each other. */
  readonly widths: readonly number[]
  /** Devices whose floor is not on record. */
  readonly unplaced: readonly DeviceView[]
}

/** What stands at the foot of a building: by its units, in their order, and what belongs to none of them. */
export interface Ground {
  readonly byUnit: readonly (readonly DeviceView[])[]
  readonly rest: readonly DeviceView[]
}

/** Doors before cameras, each by its number. */
export function groundOf(devices: readonly DeviceView[], units: readonly string[]): Ground {
  const inOrder = [...devices].sort((a, b) => (a.kind === b.kind ? byNumber(a.id, b.id) : byNumber(b.kind, a.kind)))
  return {
    byUnit: units.map((unit) => inOrder.filter((device) => (device.location.unit ?? '') === unit && unit !== '')),
    rest: inOrder.filter((device) => device.location.unit === undefined || !units.includes(device.location.unit))
  }
}

export function elevationOf(devices: readonly DeviceView[]): Elevation {
  const placed = devices.filter((device) => device.location.floor !== undefined)
  const units = [...new Set(placed.map((device) => device.location.unit ?? ''))].sort(byNumber)
  const numbers = [...new Set(placed.map((device) => device.location.floor ?? 0))].sort((a, b) => b - a)
  const floors = numbers.map((floor) => ({
    floor,
    units: units.map((unit) => placed
      .filter((device) => device.location.floor === floor && (device.location.unit ?? '') === unit)
      .sort((a, b) => byNumber(a.location.home ?? a.id, b.location.home ?? b.id)))
  }))
  return {
    units,
    floors,
    widths: units.map((_, unit) => Math.max(...floors.map((floor) => floor.units[unit]?.length ?? 0))),
    unplaced: devices.filter((device) => device.location.floor === undefined)
  }
}

const numeric = new Intl.Collator('en', { numeric: true })

/** `2` before `10`, and texts without numbers by their letters. */
export function byNumber(a: string, b: string): number {
  return numeric.compare(a, b)
}
