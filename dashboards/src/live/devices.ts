import type { DeviceView as Device } from '../../../protocol/http/devices.ts'
import type { DeviceChange } from '../../../protocol/live.ts'
import { same } from './order.ts'

/** Two changes of one device as one: the later one wins, latest values field by field by their own time. */
export function mergeChange(before: DeviceChange | undefined, after: DeviceChange): DeviceChange {
  if (!before) return after
  const latest = after.latest ? newest(before.latest ?? {}, after.latest) : before.latest
  return { ...before, ...after, ...(latest ? { latest } : {}) }
}

/** A device with what was heard of it since. Gives the same object back when nothing is different. */
export function withChange(device: Device, change: DeviceChange | undefined): Device {
  if (!change) return device
  const latest = change.latest ? newest(device.latest, change.latest) : device.latest
  const online = change.online ?? device.online
  const lastSeenAt = Math.max(device.lastSeenAt ?? 0, change.lastSeenAt ?? 0) || null
  if (latest === device.latest && online === device.online && lastSeenAt === device.lastSeenAt) return device
  return { ...device, online, lastSeenAt, latest }
}

/** Late data never replaces a newer value. */
function newest(before: Device['latest'], after: Device['latest']): Device['latest'] {
  const result: Record<string, Device['latest'][string]> = { ...before }
  let changed = false
  for (const [field, value] of Object.entries(after)) {
    const known = before[field]
    if (known && (known.ts > value.ts || (known.ts === value.ts && known.value === value.value))) continue
    result[field] = value
    changed = true
  }
  return changed ? result : before
}

/**
 * The fetched list brought up to date. Devices that did not change keep their identity, and so does the whole list, so that
 * only what changed is drawn again.
 */
export function withChanges(
  before: readonly Device[], fetched: readonly Device[], changes: ReadonlyMap<string, DeviceChange>
): readonly Device[] {
  const known = new Map(before.map((device) => [device.id, device]))
  const now = fetched.map((device) => {
    const after = withChange(device, changes.get(device.id))
    const shown = known.get(device.id)
    return shown && looksAlike(shown, after) ? shown : after
  })
  return same(before, now) ? before : now
}

function looksAlike(a: Device, b: Device): boolean {
  return a === b || (a.online === b.online && a.lastSeenAt === b.lastSeenAt && a.location === b.location && sameLatest(a.latest, b.latest))
}

function sameLatest(a: Device['latest'], b: Device['latest']): boolean {
  const fields = Object.keys(a)
  return fields.length === Object.keys(b).length
    && fields.every((field) => a[field]?.value === b[field]?.value && a[field]?.ts === b[field]?.ts)
}

/** Devices in groups by `key`; a group whose members are the same as before is the same array as before. */
export function regroup(
  before: ReadonlyMap<string, readonly Device[]>, devices: readonly Device[], key: (device: Device) => string
): ReadonlyMap<string, readonly Device[]> {
  const groups = new Map<string, Device[]>()
  for (const device of devices) {
    const name = key(device)
    const group = groups.get(name)
    if (group) group.push(device)
    else groups.set(name, [device])
  }
  return new Map([...groups].map(([name, group]) => {
    const known = before.get(name)
    return [name, known && same(known, group) ? known : group]
  }))
}
