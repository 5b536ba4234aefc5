import type { Alarm } from '../protocol/alarm.ts'
import type { DeviceId } from '../protocol/names.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { Speaker } from './fleet/speaker.ts'

/** A fleet of which some connections may be lent to another simulator for a while. */
export class Company {
  readonly fleet: Fleet
  readonly #lent = new Set<Speaker>()
  readonly #everLent = new Set<Speaker>()

  constructor(fleet: Fleet) {
    this.fleet = fleet
  }

  /** How many connections should be there. */
  get wanted(): number {
    return this.fleet.speakers.length - this.#lent.size
  }

  get complete(): boolean {
    return this.fleet.speakers.every((speaker) => speaker.link.online || this.#lent.has(speaker))
  }

  /** Whether nobody else ever spoke for this device while the run lasted; what others did is not for this run to judge. */
  answersFor(id: DeviceId): boolean {
    const speaker = this.fleet.speakerOf.get(id)
    return speaker !== undefined && !this.#everLent.has(speaker)
  }

  /** The same for an alarm: one about a place is this run's when devices of the run are there, and none of them was lent. */
  answersForAlarm({ device, compound, building }: Alarm): boolean {
    if (device !== null) return this.answersFor(device)
    const there = this.fleet.speakers.filter(({ self, children }) => [self, ...children].some(({ about }) => about.compound === compound && (building === null || about.location.building === building)))
    return there.length > 0 && there.every((one) => !this.#everLent.has(one))
  }

  /** Those that should be connected and are not. */
  absent(): DeviceId[] {
    return this.#present().filter((speaker) => !speaker.link.online).map((speaker) => speaker.self.about.id)
  }

  lend(ids: readonly string[]): void {
    for (const speaker of this.#speakersOf(ids)) {
      this.#lent.add(speaker)
      this.#everLent.add(speaker)
      speaker.rest()
      speaker.link.stop()
    }
  }

  takeBack(ids: readonly string[]): void {
    for (const speaker of this.#speakersOf(ids)) if (this.#lent.delete(speaker)) speaker.switchOn()
  }

  /** Power for those that were left dark. */
  bringBack(ids: readonly string[]): void {
    for (const speaker of this.#speakersOf(ids)) if (!speaker.link.online && !this.#lent.has(speaker)) speaker.switchOn()
  }

  /** Everybody says that it goes. */
  sayGoodbye(): void {
    for (const speaker of this.#present()) speaker.self.sayOffline()
  }

  #present(): Speaker[] {
    return this.fleet.speakers.filter((speaker) => !this.#lent.has(speaker))
  }

  #speakersOf(ids: readonly string[]): Set<Speaker> {
    return new Set(ids.flatMap((id) => this.fleet.speakerOf.get(id as DeviceId) ?? []))
  }
}
