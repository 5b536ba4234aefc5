import type { CompoundId, DeviceId, Kind } from '../../../protocol/names.ts'
import { Fold } from '../../../services/brain/fold.ts'
import type { FoldOptions } from '../../../services/brain/fold.ts'
import type { Outcome } from '../../../services/brain/outcome.ts'
import type { Action } from '../../../services/brain/port.ts'
import { judgeDevice } from '../../../services/rules/engine.ts'
import type { JournalEntry, NewEntry, StatePiece } from '../../../services/store/ports.ts'

export const T0 = 1_760_000_000_000
const TEXT = new TextEncoder()

export const compound = 'c07' as CompoundId
export const id = (text: string): DeviceId => text as DeviceId

/** What the registry of these tests holds: one compound, a gateway with two detectors, a door, a camera. */
export const ENROL: readonly Action[] = [
  {
    name: 'compound.create',
    compound: { id: compound, name: '测试小区', district: '城关', homes: 2, buildings: [{ id: 'b01', name: '1', units: 1, floors: 6 }], location: null }
  },
  {
    name: 'device.enrol',
    devices: ([['g1', 'gateway', null], ['s1', 'smoke', 'g1'], ['s2', 'smoke', 'g1'], ['d1', 'door', null], ['k1', 'camera', null]] as const)
      .map(([device, kind, gateway]) => ({
        id: id(device), kind, compound, gateway: gateway === null ? null : id(gateway), location: { building: 'b01' }, model: null, tokenHash: `hash of ${device}`
      }))
  }
]

export function message(device: string, kind: Kind, channel: string, body: object | string, via = device): NewEntry {
  const bytes = TEXT.encode(typeof body === 'string' ? body : JSON.stringify(body))
  return { type: 'message', device: id(device), compound, kind, channel, via: id(via), body: bytes, size: bytes.length }
}

export function act(action: Action, actor = 'li'): NewEntry {
  return { type: 'action', actor, action: { ...action } }
}

export const started: NewEntry = { type: 'started', settings: {} }
export const tick: NewEntry = { type: 'tick' }

/** A fold that is fed entry by entry; time and positions are kept here. */
export class Feed {
  readonly faults: { error: Error; position: number; key: string | null }[] = []
  readonly outcomes: Outcome[] = []
  readonly journal: JournalEntry[] = []
  readonly fold: Fold
  now: number

  constructor(judge: FoldOptions['judge'] = judgeDevice, now = T0) {
    this.fold = new Fold({ judge, onFault: (error, where) => void this.faults.push({ error, ...where }) })
    this.now = now
  }

  static enrolled(judge?: FoldOptions['judge']): Feed {
    const feed = new Feed(judge)
    feed.say(started)
    for (const action of ENROL) feed.say(act(action))
    return feed
  }

  /** Another fold, made of a snapshot of this one. */
  restarted(judge: FoldOptions['judge'] = judgeDevice): Feed {
    const next = new Feed(judge, this.now)
    next.fold.restore(this.fold.position, new Shelf().take(this.fold).list())
    return next
  }

  say(entry: NewEntry): Outcome {
    const whole = { ...entry, position: this.fold.position + 1, at: this.now } as JournalEntry
    this.journal.push(whole)
    this.fold.apply(whole)
    const outcome = this.fold.take()
    this.outcomes.push(outcome)
    return outcome
  }

  /** Time passes, a tick each `step` ms. */
  pass(millis: number, step = 1000): Outcome[] {
    const first = this.outcomes.length
    const end = this.now + millis
    while (this.now < end) {
      this.now = Math.min(end, this.now + step)
      this.say(tick)
    }
    return this.outcomes.slice(first)
  }

  /** All lines of timelines, as `a1 raised smoke.alarm s1`. */
  lines(outcomes: readonly Outcome[] = this.outcomes): string[] {
    return outcomes.flatMap(({ transitions }) => transitions.map(({ alarm, transition }) => `${alarm.id} ${transition.name} ${alarm.rule} ${alarm.subject}`))
  }
}

/** The whole state of a fold, in a form that two can be compared by, to the byte. */
export class Shelf {
  readonly pieces = new Map<string, string>()

  /** Takes over what changed. */
  take(fold: Fold): this {
    for (const [key, value] of fold.takePieces()) {
      if (value === undefined) this.pieces.delete(key)
      else this.pieces.set(key, JSON.stringify(value))
    }
    return this
  }

  list(): StatePiece[] {
    return [...this.pieces].map(([key, value]) => ({ key, value }))
  }

  dump(): string {
    return [...this.pieces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key} ${value}`).join('\n')
  }
}
