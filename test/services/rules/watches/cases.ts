import { expect } from 'chai'
import type { Kind } from '../../../../protocol/names.ts'
import type { RuleId } from '../../../../services/rules/registry.ts'
import { OneDevice, s } from '../../../support/one-device.ts'

/** A message at a second: telemetry, or an event where the body has a `type`; `ts` is added where it has none. */
export type Said = readonly [seconds: number, body: Record<string, unknown>]

export interface Case {
  readonly rule: RuleId
  readonly title: string
  readonly says: readonly Said[]
  /** Seconds up to which time passes after the last message. */
  readonly until?: number
  /** What the book hears of this rule: `raise 30`, and with a severity that is not the rule's own `raise 300 high`. */
  readonly hears: readonly string[]
  /** The English message of the last raise, after kind and place. */
  readonly words?: string
}

/** One test a case: samples in, signals of the rule out. */
export function table(kind: Kind, cases: readonly Case[]): void {
  for (const { rule, title, says, until, hears, words } of cases) {
    it(`${rule} ${title}`, () => {
      const device = new OneDevice(kind)
      for (const [at, body] of says) device.says(s(at), 'type' in body ? 'event' : 'telemetry', { ts: s(at), ...body })
      if (until !== undefined) device.pass(s(until))
      const own = device.signals.filter((signal) => signal.rule === rule)
      const graded = hears.some((line) => line.split(' ').length > 2)
      expect(own.map(({ change, ts, severity }) => `${change} ${(ts - s(0)) / 1000}${graded && change === 'raise' ? ` ${severity}` : ''}`)).to.deep.equal(hears)
      if (words !== undefined) expect(own.findLast(({ change }) => change === 'raise')?.message.en.split(': ')[1]).to.equal(words)
    })
  }
}
