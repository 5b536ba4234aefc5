import type { CompoundId } from '../../protocol/names.ts'
import type { AlarmEvent, DevicesEvent, SummaryEvent } from '../../protocol/live.ts'
import type { Scope } from '../store/ports.ts'

/** What a watch needs of the connection under it. */
export interface Line {
  send(name: 'summary' | 'devices' | 'alarm', event: SummaryEvent | DevicesEvent | AlarmEvent): void
  /** True while more waits to be sent than a healthy client ever lets wait. */
  readonly congested: boolean
}

/** What a watch is of. */
export interface Wanted {
  readonly compounds: Scope
  readonly devices: boolean
  /** With alarms about the platform itself. */
  readonly platform: boolean
}

/**
 * What one socket watches, and the number of the last event that it was told. While its line is congested events are counted and
 * not kept: the client sees the gap and asks for a resync, and a slow client costs a bounded amount of memory.
 */
export class Watch {
  readonly #line: Line
  #compounds: ReadonlySet<CompoundId> | 'all' = new Set()
  #devices = true
  #platform = false
  #seq = 0
  #missed = false

  constructor(line: Line) {
    this.#line = line
  }

  get seq(): number {
    return this.#seq
  }
  get compounds(): ReadonlySet<CompoundId> | 'all' {
    return this.#compounds
  }

  /** False: it is for summaries and alarms alone. */
  get devices(): boolean {
    return this.#devices
  }

  /** Watches these from now on; the numbers go on where they were, so that an event still under way cannot be taken for a new one. */
  turnTo({ compounds, devices, platform }: Wanted): void {
    this.#compounds = compounds === 'all' ? 'all' : new Set(compounds)
    this.#devices = devices
    this.#platform = platform
  }

  /** Null: the platform itself. */
  sees(compound: CompoundId | null): boolean {
    if (compound === null) return this.#platform
    return this.#compounds === 'all' || this.#compounds.has(compound)
  }

  /** Sends an event with the next number. Returns false when the line was too slow to take it. */
  tell(event: { name: 'summary'; body: Omit<SummaryEvent, 'seq'> } | { name: 'devices'; body: Omit<DevicesEvent, 'seq'> } | { name: 'alarm'; body: Omit<AlarmEvent, 'seq'> }): boolean {
    this.#seq += 1
    if (this.#line.congested) {
      this.#missed = true
      return false
    }
    this.#missed = false
    this.#line.send(event.name, { seq: this.#seq, ...event.body })
    return true
  }

  /** The line has room again: a client that missed something and hears nothing else must learn of the gap now. */
  drained(): void {
    if (this.#missed && !this.#line.congested) this.tell({ name: 'summary', body: { compounds: [] } })
  }
}
