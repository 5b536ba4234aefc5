import type { Speaker } from './fleet/speaker.ts'

/** A time in which the platform was away: most connections were thrown out at once. Times are milliseconds since 1970. */
export interface Outage {
  readonly from: number
  /** When the last connection was back; Infinity while one is missing. */
  readonly to: number
  /** When this device was heard again; the end of the outage for one that did not lose its connection by it. */
  backOf(device: string): number
}

interface Wound {
  readonly from: number
  to: number
  readonly missing: Set<Speaker>
  readonly back: Map<string, number>
}

/** So many of those that should be connected have to be thrown out at once. */
const SHARE = 0.5

/** Notices that the platform is away by what happens to the connections, and nothing else: what is late then is late for a reason. */
export class OutageWatch {
  readonly #wounds: Wound[] = []

  get outages(): readonly Outage[] {
    return this.#wounds.map(({ from, to, back }) => ({ from, to, backOf: (device) => back.get(device) ?? to }))
  }

  /**
   * Looks at all connections; to be called several times a second.
   * @param now milliseconds since 1970 @param before when it was called before
   */
  look(speakers: readonly Speaker[], now: number, before: number): void {
    const lost = speakers.filter((one) => one.link.lost)
    const last = this.#wounds.at(-1)
    const open = last?.to === Infinity ? last : null
    if (open) {
      for (const speaker of lost) open.missing.add(speaker)
      for (const speaker of open.missing) if (!speaker.link.lost) this.#heal(open, speaker, now)
      if (open.missing.size === 0) open.to = now
      return
    }
    const online = speakers.filter((one) => one.link.online).length
    if (lost.length > 0 && lost.length > SHARE * (lost.length + online)) this.#wounds.push({ from: before, to: Infinity, missing: new Set(lost), back: new Map() })
  }

  #heal(wound: Wound, speaker: Speaker, now: number): void {
    wound.missing.delete(speaker)
    for (const device of [speaker.self, ...speaker.children]) wound.back.set(device.about.id, now)
  }
}
