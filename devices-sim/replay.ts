import type { DeviceId } from '../protocol/names.ts'
import type { Agenda } from './agenda.ts'
import type { Device } from './fleet/device.ts'
import { heatRow } from './recording.ts'
import type { Row } from './recording.ts'
import type { RuleNumbers } from './rule-numbers.ts'
import { cameUpAt } from './oracle.ts'
import type { Seen } from './oracle.ts'
import { keyOf } from './demands.ts'
import type { Demand } from './demands.ts'

/** How a recorded fire ended; times are milliseconds since 1970 in the device's time. */
export interface ReplayOutcome {
  readonly file: string
  readonly detector: string
  readonly ignition: number
  /** Time of the sample that raised `smoke.heat`; null when none did. */
  readonly raisedAt: number | null
  readonly secondsAfterIgnition: number | null
  /** What the recording itself says; null when it never gets that hot. */
  readonly expectedSecondsAfterIgnition: number | null
}

/** Fire signal to the monitoring centre within 10 s (GB 50440). */
const WITHIN_MS = 10_000
/** A sample that is older does not count for a rise any more, so a recording does not begin closer to what was said before it. */
const WINDOW_MS = 61_000

/**
 * Plays a recording through one detector. The next sample waits for the acknowledgement of the one before, so that the time of an alarm's
 * receipt names the sample that raised it, however fast it plays.
 */
export class Replay {
  readonly #rows: readonly Row[]
  readonly #device: Device
  readonly #speed: number
  readonly #agenda: Agenda
  readonly #file: string
  /** Where the recording calls for an alarm; null: nowhere. */
  readonly #heatRow: number | null
  readonly #handedAt: Float64Array
  #base = 0
  #next = 0
  #startedAt = 0
  #stopped = false

  /** @param speed samples of one second each that pass in a second */
  constructor(file: string, rows: readonly Row[], device: Device, speed: number, agenda: Agenda, numbers: RuleNumbers) {
    this.#file = file
    this.#rows = rows
    this.#device = device
    this.#speed = speed
    this.#agenda = agenda
    this.#heatRow = heatRow(rows, numbers)
    this.#handedAt = new Float64Array(rows.length).fill(NaN)
  }

  get device(): DeviceId {
    return this.#device.about.id
  }

  /** Keeps the detector from saying anything else until the recording is over. */
  reserve(): void {
    this.#device.reserve()
  }

  get progress(): string {
    return `${this.#device.about.id}: ${this.#rows[Math.min(this.#next, this.#rows.length - 1)]?.second ?? 0} s after ignition (${this.#next}/${this.#rows.length} samples)`
  }

  /**
   * Begins. In real time `ts` is the time of day, so it waits until what the detector said before is out of the window. Faster, `ts` still goes by
   * a second a sample: it begins so far in the past that it ends now, or behind what the detector said before.
   * @param latest `ts` of what the platform has last heard of the detector's temperature, ms; null: nothing
   * @param ended called after the last sample was acknowledged
   */
  start(latest: number | null, ended: () => void): void {
    this.reserve()
    const now = this.#agenda.now()
    const wait = this.#speed === 1 && latest !== null ? Math.max(0, latest + WINDOW_MS - now) : 0
    const span = this.#offset(this.#rows.length - 1)
    const begin = now + wait - span * (1 - 1 / this.#speed)
    this.#base = this.#speed === 1 || latest === null ? begin : Math.max(begin, latest + WINDOW_MS)
    this.#startedAt = now + wait
    this.#step(ended)
  }

  stop(): void {
    this.#stopped = true
  }

  /** What has to come of what was played so far. */
  demand(): Demand[] {
    const row = this.#heatRow
    const calledAt = row === null ? NaN : (this.#handedAt[row] ?? NaN)
    if (Number.isNaN(calledAt)) return []
    return [{ scenario: 'replay', rule: 'smoke.heat', subject: this.#device.about.id, severity: 'critical', calledAt, deadline: calledAt + WITHIN_MS, clearedBy: null, holdsUntil: null, occurrences: null, raisedAt: null, over: false }]
  }

  /** Right if it comes: played faster than life, the detector's clock is truly wrong meanwhile. As `keyOf` says. */
  excused(): readonly string[] {
    return this.#speed === 1 ? [] : [keyOf({ rule: 'device.clock', subject: this.#device.about.id })]
  }

  outcome(seen: readonly Seen[]): ReplayOutcome {
    const index = this.#raisedBy(seen)
    const row = index === null ? undefined : this.#rows[index]
    const expected = this.#heatRow
    return {
      file: this.#file, detector: this.#device.about.id,
      ignition: Math.round(this.#base - (this.#rows[0]?.second ?? 0) * 1_000),
      raisedAt: index === null ? null : Math.round(this.#base + this.#offset(index)),
      secondsAfterIgnition: row?.second ?? null,
      expectedSecondsAfterIgnition: expected === null ? null : (this.#rows[expected]?.second ?? null)
    }
  }

  /** The sample that was on its way when the platform received what raised the alarm; null: none did. */
  #raisedBy(seen: readonly Seen[]): number | null {
    const own = seen.filter(({ alarm }) => alarm.rule === 'smoke.heat' && alarm.device === this.#device.about.id)
    const times = own.map((one) => cameUpAt(one, this.#startedAt)).filter((at) => at !== null)
    if (times.length === 0) return null
    const at = Math.min(...times)
    const index = this.#handedAt.findLastIndex((handed) => handed <= at)
    return index < 0 ? null : index
  }

  /** Milliseconds of the recording before a row. */
  #offset(index: number): number {
    return ((this.#rows[index]?.second ?? 0) - (this.#rows[0]?.second ?? 0)) * 1_000
  }

  #step(ended: () => void): void {
    const index = this.#next
    const row = this.#rows[index]
    if (!row) {
      this.#device.resume(0)
      ended()
      return
    }
    const due = this.#startedAt + this.#offset(index) / this.#speed
    this.#agenda.after(due - this.#agenda.now(), () => {
      if (this.#stopped) return
      const onward = (): void => {
        this.#next = index + 1
        this.#step(ended)
      }
      if (row.temperature === null) {
        onward()
        return
      }
      this.#handedAt[index] = this.#agenda.now()
      this.#device.telemetry({ temperature: row.temperature }, this.#base + this.#offset(index), onward)
    })
  }
}
