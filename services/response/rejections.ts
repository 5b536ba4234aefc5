import type { DeviceId } from '../../protocol/names.ts'
import { deviceTopic } from '../../protocol/topics.ts'
import type { Rejection } from '../brain/outcome.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Directory } from '../registry/directory.ts'
import type { Publish } from './publish.ts'

/** At most one rejection a device in this time, in ms (the contract's number); the others are found in quarantine. */
const PERIOD = 1000

/** Tells devices on `rejected` what was wrong with what they sent. */
export class Rejections {
  readonly #directory: Directory
  readonly #publish: Publish
  readonly #clock: Clock
  readonly #counts = new Map<string, number>()
  #told = new Map<DeviceId, number>()

  constructor(directory: Directory, publish: Publish, clock: Clock) {
    this.#directory = directory
    this.#publish = publish
    this.#clock = clock
  }

  /** Faults since the start by their code, also those that their device was not told; the codes are a closed set. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  tell(rejection: Rejection): void {
    this.#counts.set(rejection.code, (this.#counts.get(rejection.code) ?? 0) + 1)
    const device = this.#directory.devices.get(rejection.device)
    const now = this.#clock.elapsed()
    const before = this.#told.get(rejection.device)
    if (!device || (before !== undefined && now - before < PERIOD)) return
    this.#forget(now)
    this.#told.set(rejection.device, now)
    const { code, message, path, channel, boot, seq, receivedAt } = rejection
    this.#publish({
      topic: deviceTopic(device.compound, device.kind, device.id, 'rejected'),
      payload: JSON.stringify({ code, message, path, channel, boot, seq, receivedAt }),
      qos: 0,
      retain: false
    })
  }

  /** Keeps the memory of who was told as small as one period's rejections. */
  #forget(now: number): void {
    for (const [device, at] of this.#told) {
      if (now - at < PERIOD) break
      this.#told.delete(device)
    }
  }
}
