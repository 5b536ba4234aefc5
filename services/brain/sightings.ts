import type { DeviceId } from '../../protocol/names.ts'
import type { PresenceRecord } from '../store/ports.ts'

/**
 * When devices were last seen, on the way to the store. That a device is there or not is written at once; that it was seen once more is
 * written in shares, the longest-waiting first: under load the newest word on each device replaces those before it, and a commit stays short.
 */
export class Sightings {
  readonly #waiting = new Map<DeviceId, PresenceRecord>()
  /** What was last said of each device, as far as this process knows. */
  readonly #online = new Map<DeviceId, boolean>()

  get size(): number {
    return this.#waiting.size
  }

  /** Takes it in; true when it is not to wait. */
  isNews(record: PresenceRecord): boolean {
    if (this.#online.get(record.device) === record.online) {
      this.#waiting.set(record.device, record)
      return false
    }
    this.#online.set(record.device, record.online)
    this.#waiting.delete(record.device)
    return true
  }

  /** Has it wait whatever it says: it was told before a restart, and perhaps not written. */
  again(record: PresenceRecord): void {
    this.#online.set(record.device, record.online)
    this.#waiting.set(record.device, record)
  }

  forget(device: DeviceId): void {
    this.#waiting.delete(device)
    this.#online.delete(device)
  }

  /** At most `count` of those that wait. */
  take(count: number): PresenceRecord[] {
    const share: PresenceRecord[] = []
    for (const record of this.#waiting.values()) {
      if (share.length >= count) break
      share.push(record)
      this.#waiting.delete(record.device)
    }
    return share
  }
}
