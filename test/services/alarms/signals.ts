import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { CompoundId, DeviceId, Severity } from '../../../protocol/names.ts'
import { Book } from '../../../services/alarms/book.ts'
import type { Signal } from '../../../services/rules/signal.ts'

/** A signal of a rule, with whatever a test wants otherwise. */
export function signal(change: Signal['change'], ts: number, other: Partial<Signal> = {}): Signal {
  return {
    rule: 'smoke.alarm', subject: 'c07-smoke-0001', change, ts, severity: 'critical', latches: true, compound: 'c07' as CompoundId,
    building: 'b01', device: 'c07-smoke-0001' as DeviceId, location: { building: 'b01', unit: '1', floor: 3, home: '301' },
    message: { zh: '烟雾报警', en: 'Smoke' }, ...other
  }
}

/** A rule of each severity. */
export const RULE_OF: Readonly<Record<Severity, Pick<Signal, 'rule' | 'severity' | 'latches'>>> = {
  critical: { rule: 'smoke.alarm', severity: 'critical', latches: true },
  high: { rule: 'door.forced', severity: 'high', latches: false },
  medium: { rule: 'door.held-open', severity: 'medium', latches: false },
  low: { rule: 'device.offline', severity: 'low', latches: false }
}

/** A book whose consequences are kept. */
export class Bench {
  readonly lines: { alarm: Alarm; transition: Transition }[] = []
  readonly timers = new Map<string, number>()
  readonly pieces = new Map<string, unknown>()
  readonly book: Book

  constructor() {
    this.book = new Book({
      happened: (alarm, transition) => void this.lines.push({ alarm, transition }),
      changed: () => undefined,
      due: (key, at) => void (at === null ? this.timers.delete(key) : this.timers.set(key, at)),
      wrote: (key, value) => void (value === undefined ? this.pieces.delete(key) : this.pieces.set(key, value))
    })
  }

  /** A second book that is made of what this one wrote, by way of JSON. */
  restarted(): Bench {
    const next = new Bench()
    for (const [key, value] of this.pieces) {
      const json: unknown = JSON.parse(JSON.stringify(value))
      next.pieces.set(key, json)
      next.book.restore(key, json)
    }
    next.book.finish()
    return next
  }

  /** Names of the transitions of an alarm. */
  timeline(id: string): string[] {
    return this.lines.filter((line) => line.alarm.id === id).map((line) => line.transition.name)
  }

  last(id: string): Alarm {
    return this.lines.findLast((line) => line.alarm.id === id)!.alarm
  }
}
