import type { DeviceId, Millis } from '../../protocol/names.ts'
import type { Book } from '../alarms/book.ts'
import { EMPTY_FLEET } from '../presence/fleet.ts'
import type { Fleet } from '../presence/fleet.ts'
import type { Records } from '../registry/records.ts'
import type { DeviceInput, JudgeDevice } from '../rules/judgement.ts'
import { DEFAULT_SETTINGS } from '../rules/settings.ts'
import type { RuleSettings } from '../rules/settings.ts'
import { initialDeviceState } from '../rules/state.ts'
import type { DeviceState } from '../rules/state.ts'
import type { PresenceRecord } from '../store/ports.ts'
import type { Ledger } from './ledger.ts'
import type { Summaries } from './summaries.ts'
import type { Timers } from './timers.ts'

/** What the parts of the fold share. */
export interface Parts {
  readonly records: Records
  readonly book: Book
  readonly timers: Timers
  readonly summaries: Summaries
  /** The ledger of the run. */
  readonly ledger: () => Ledger
  readonly wrote: (key: string, value: unknown) => void
  /** Runs it; what it throws is put on record under this key and stops nobody else. */
  readonly guarded: (key: string, run: () => void) => void
}

/** What is remembered of a device between two inputs. A value, replaced at each change. */
interface Kept {
  readonly state: DeviceState
  readonly due: Millis | null
  readonly online: boolean
}

const FLEET = 'fleet'

/** The states of all devices, and what each input to one of them leads to. */
export class Devices {
  readonly #parts: Parts
  readonly #judge: JudgeDevice
  readonly #kept = new Map<DeviceId, Kept>()
  settings: RuleSettings = DEFAULT_SETTINGS
  fleet: Fleet = EMPTY_FLEET

  constructor(parts: Parts, judge: JudgeDevice) {
    this.#parts = parts
    this.#judge = judge
  }

  /** Has the device judged. One that is not enrolled (any more) is not heard. */
  hear(id: DeviceId, input: DeviceInput, now: Millis): void {
    const device = this.#parts.records.devices.get(id)
    if (!device) return
    const before = this.#kept.get(id)
    const judged = this.#judge(device, before?.state ?? initialDeviceState(), input, now, { settings: this.settings, fleet: this.fleet })
    // What is awaited now would be due in this very moment, again and again.
    const due = judged.due !== null && input.type === 'due' ? Math.max(judged.due, now + 1) : judged.due
    this.#keep(id, before, { state: judged.state, due, online: judged.presence?.online ?? before?.online ?? false })
    if (judged.presence) this.#seen(device.compound, before?.online ?? false, judged.presence)
    for (const signal of judged.signals) this.#parts.book.signal(signal, now)
    const ledger = this.#parts.ledger()
    if (judged.connection) ledger.changes.connection({ device: id, at: now, ...judged.connection })
    for (const record of judged.quarantine) ledger.changes.quarantine(record)
    for (const rejection of judged.rejections) ledger.rejected(id, now, rejection)
    const { children: is } = judged
    if (is === null) return
    for (const child of this.#parts.records.children(id)) this.#parts.guarded(`due:${child}`, () => this.hear(child, { type: 'gateway', is }, now))
  }

  /** It was removed: nothing of it is awaited any more. */
  forget(id: DeviceId): void {
    this.#parts.timers.set(`due:${id}`, null)
    if (this.#kept.delete(id)) this.#parts.wrote(`state:${id}`, undefined)
  }

  isOnline(id: DeviceId): boolean {
    return this.#kept.get(id)?.online ?? false
  }

  writeFleet(): void {
    this.#parts.wrote(FLEET, this.fleet)
  }

  restore(key: string, value: unknown): void {
    if (key === FLEET) this.fleet = value as Fleet
    else if (key.startsWith('state:')) this.#kept.set(key.slice('state:'.length) as DeviceId, value as Kept)
  }

  /** Asks for the timers of what was restored, and counts it. */
  finish(): void {
    const { timers, summaries, records } = this.#parts
    for (const [id, { due }] of this.#kept) timers.set(`due:${id}`, due)
    for (const device of records.devices.values()) {
      summaries.devices(device.compound, 1)
      if (this.isOnline(device.id)) summaries.online(device.compound, 1)
    }
  }

  #keep(id: DeviceId, before: Kept | undefined, after: Kept): void {
    if (before && before.state === after.state && before.due === after.due && before.online === after.online) {
      // A timer that fired is gone even when the same time is awaited again.
      this.#parts.timers.set(`due:${id}`, after.due)
      return
    }
    this.#kept.set(id, after)
    this.#parts.timers.set(`due:${id}`, after.due)
    this.#parts.wrote(`state:${id}`, after)
  }

  #seen(compound: Parameters<Summaries['online']>[0], before: boolean, presence: PresenceRecord): void {
    this.#parts.ledger().changes.presence(presence)
    if (before !== presence.online) this.#parts.summaries.online(compound, presence.online ? 1 : -1)
  }
}
