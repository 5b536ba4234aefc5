import { expect } from 'chai'
import * as fc from 'fast-check'
import { RULE_IDS } from '../../../services/rules/registry.ts'
import type { RuleId } from '../../../services/rules/registry.ts'
import { OneDevice, s } from '../../support/one-device.ts'
import { byTable } from './table.ts'
import type { Told } from './table.ts'

const values = (...list: readonly (number | boolean)[]) => fc.constantFrom(...list)
const yesNo = fc.boolean()
const phases = fc.constantFrom('start', 'start', 'end', 'pulse', undefined)
const zones = fc.constantFrom('lift', 'path', undefined)
const TELEMETRY = {
  smoke: fc.oneof(
    fc.record({ obscuration: values(0, 2, 3, 3.9, 4, 4.9, 5, 6, 9.9, 10, 14), temperature: values(20, 25, 33.2, 33.3, 49.9, 50, 56.9, 57, 80), alarm: yesNo }, { requiredKeys: [] }),
    fc.record({ co: values(0, 29, 30, 49, 50, 99, 100, 299, 300, 500) }),
    fc.record({ contamination: values(0, 74.9, 75, 79.9, 80, 100), battery: values(100, 20, 19.9, 15, 14.9, 0), tamper: yesNo, fault: yesNo }, { requiredKeys: [] })
  ),
  door: fc.record({ open: yesNo, locked: yesNo, tamper: yesNo }, { requiredKeys: [] }),
  camera: fc.record({ videoLoss: yesNo })
}
const EVENTS = {
  smoke: fc.record({ type: fc.constantFrom('alarm', 'alarm-cleared', 'call-point', 'fault', 'fault-cleared', 'tamper', 'test', 'silenced') }),
  door: fc.record({ type: fc.constantFrom('granted', 'denied', 'denied', 'denied', 'opened', 'closed', 'forced', 'exit-request', 'duress', 'tamper', 'lock-fault') }),
  camera: fc.oneof(
    fc.record({ type: fc.constantFrom('lens-covered', 'scene-changed', 'ebike-in-lift', 'intrusion', 'flame', 'falling-object', 'motion'), phase: phases, zone: zones }),
    fc.record({ type: fc.constantFrom('video-loss', 'fire-lane-blocked'), phase: fc.constantFrom('start', 'end', 'pulse'), zone: zones })
  )
}
/** The same ones each time. To look for more, set another seed and some thousands of runs. */
const RUNS = { numRuns: 80, seed: 1 }
type Judged = keyof typeof TELEMETRY
const KINDS: readonly Judged[] = ['smoke', 'door', 'camera']
const GAP: fc.Arbitrary<number> = fc.constantFrom(1, 2, 4, 5, 6, 10, 29, 30, 31, 59, 60, 61, 90, 119, 120, 121, 180, 299, 300, 301, 600, 1800, 3600)

function told(kind: Judged, maxLength = 25, gaps = GAP): fc.Arbitrary<Told[]> {
  const body = fc.oneof(TELEMETRY[kind], TELEMETRY[kind], EVENTS[kind]) as fc.Arbitrary<Record<string, unknown>>
  return fc.array(fc.record({ gap: gaps, body }), { minLength: 1, maxLength, size: 'max' }).map((steps) => {
    let at = 0
    return steps.map(({ gap, body }) => ({ at: at += gap, body })).filter(({ body }) => Object.values(body).some((value) => value !== undefined))
  })
}

const inOneZone = (readings: readonly Told[]): Told[] => readings.map(({ at, body: { zone: _zone, ...body } }) => ({ at, body }))

/** As the device sends it from its own storage. */
const stored = ({ at, body }: Told): object => ({ ts: s(at), historical: true, ...body })
const isEvent = ({ body }: Told): boolean => 'type' in body
const endOf = (readings: readonly Told[]): number => (readings.at(-1)?.at ?? 0) + 4000
/** As `byTable` says it. */
function heard(device: OneDevice, rule: string): string[] {
  return device.signals.filter((signal) => signal.rule === rule)
    .map(({ change, severity, ts }) => `${change}${rule === 'door.held-open' && change === 'raise' && severity === 'high' ? ' high' : ''} ${(ts - s(0)) / 1000}`)
}

const BY_PERSON = new Set(['smoke.call-point', 'door.duress', 'camera.flame'])

/** What late data is to say where the table says this: one that is over, or one that is open yet. */
function spells(rule: string, lines: readonly string[]): string[] {
  const says: string[] = []
  let from: string | null = null
  for (const line of lines) {
    const [change, at] = [line.split(' ')[0], line.split(' ').at(-1) ?? '']
    if (change === 'raise') from ??= at
    else if (from !== null) {
      says.push(...(BY_PERSON.has(rule) ? [`raise ${rule} ${from}`, `clear ${rule} ${at}`] : [`over ${rule} ${from} until ${at}`]))
      from = null
    }
  }
  return from === null ? says : [...says, `raise ${rule} ${from}`]
}

describe('The table of rules, played second by second', () => {
  it('has every rule of a detector, a door and a camera', () => {
    expect(KINDS.flatMap((kind) => Object.keys(byTable(kind, [], 0)))).to.have.members(RULE_IDS.filter((rule) => !/^(device|platform)\./.test(rule)))
  })

  for (const kind of KINDS) {
    it(`is what ${kind} rules do with whatever comes, live`, () => {
      fc.assert(fc.property(told(kind), (readings) => {
        const device = new OneDevice(kind)
        for (const one of readings) device.says(s(one.at), isEvent(one) ? 'event' : 'telemetry', { ts: s(one.at), ...one.body })
        const end = endOf(readings)
        device.pass(s(end))
        for (const [rule, lines] of Object.entries(byTable(kind, readings, end))) expect(heard(device, rule), rule).to.deep.equal(lines)
      }), RUNS)
    })
  }

  for (const kind of KINDS) {
    it(`is what ${kind} rules say of a backlog`, () => {
      fc.assert(fc.property(told(kind), (readings) => {
        const end = endOf(readings)
        const device = new OneDevice(kind)
        const backlog = (events: boolean): object[] => readings.filter((one) => isEvent(one) === events).map(stored)
        device.says(s(end), 'telemetry', backlog(false)).says(s(end), 'event', backlog(true)).pass(s(end + 10))
        for (const [rule, lines] of Object.entries(byTable(kind, readings, end))) expect(device.linesOf(rule as RuleId), rule).to.deep.equal(spells(rule, lines))
      }), RUNS)
    })
  }

  const SLOW: fc.Arbitrary<number> = fc.constantFrom(301, 400, 1800)
  for (const kind of KINDS) {
    it(`keeps open what ${kind} rules hold open, when a stretch of it comes late, behind what came after it`, () => {
      const cut = fc.tuple(fc.nat(12), fc.nat(12)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
      // In pieces too; but what a detector took back live is not asked again for each piece.
      // All in one zone: of what comes behind its time, the end of one zone counts for all.
      const sent = fc.record({ readings: told(kind, 12, SLOW).map(inOneZone), cut, piece: fc.array(fc.nat(kind === 'smoke' ? 0 : 3), { minLength: 12, maxLength: 12 }) })
      fc.assert(fc.property(sent, ({ readings, cut: [from, to], piece }) => {
        const end = endOf(readings) + 100
        const device = new OneDevice(kind)
        const say = (at: number, one: Told, late: object): unknown => device.says(s(at), isEvent(one) ? 'event' : 'telemetry', { ts: s(one.at), ...late, ...one.body })
        for (const [index, one] of readings.entries()) if (index < from || index >= to) say(one.at, one, {})
        for (const now of [0, 1, 2, 3]) {
          for (const [index, one] of readings.entries()) if (index >= from && index < to && piece[index] === now) say(end - 100 + now * 20, one, { historical: true })
        }
        device.pass(s(end))
        for (const [rule, lines] of Object.entries(byTable(kind, readings, end))) {
          const [change, at] = lines.at(-1)?.split(' ') ?? []
          // What was judged live is not judged again when more is known of the time before it.
          const isLate = Number(at) >= (readings[from]?.at ?? Infinity) && Number(at) <= (readings[to - 1]?.at ?? readings.at(-1)?.at ?? 0)
          if (change !== 'raise' || !isLate) continue
          const last = device.linesOf(rule as RuleId).findLast((line) => !line.startsWith('over'))
          expect(last?.split(' ')[0], `${rule}, by the table ${lines.join(', ')}`).to.equal('raise')
        }
      }), RUNS)
    })
  }
})
