import { expect } from 'chai'
import * as fc from 'fast-check'
import { CAUSES } from '../../../protocol/alarm.ts'
import { Fold } from '../../../services/brain/fold.ts'
import type { Outcome } from '../../../services/brain/outcome.ts'
import type { Action } from '../../../services/brain/port.ts'
import { judgeDevice } from '../../../services/rules/engine.ts'
import type { JournalEntry, NewEntry } from '../../../services/store/ports.ts'
import { act, compound, ENROL, id, message, Shelf, started, T0, tick } from './entries.ts'

type Step = { readonly wait: number; readonly entry: (now: number) => NewEntry }

const KINDS = { g1: 'gateway', s1: 'smoke', s2: 'smoke', d1: 'door', k1: 'camera' } as const
const device = fc.constantFrom('g1', 's1', 's2', 'd1', 'k1')
const alarm = fc.integer({ min: 1, max: 8 }).map((n) => `a${n}`)
const boot = fc.record({ boot: fc.constantFrom('x', 'y'), seq: fc.nat(3) })
const common = fc.record({ ago: fc.constantFrom(0, 0, 0, 1000, 30_000, 7_200_000), historical: fc.boolean(), numbered: fc.option(boot, { nil: null }) })

const telemetry = fc.record({
  smoke: fc.record({
    obscuration: fc.constantFrom(0, 6, 12, 99, 1000), temperature: fc.constantFrom(20, 30, 60), alarm: fc.boolean(), co: fc.constantFrom(0, 40, 120, 400),
    contamination: fc.constantFrom(10, 90), battery: fc.constantFrom(10, 17, 90), tamper: fc.boolean(), fault: fc.boolean()
  }, { requiredKeys: [] }),
  door: fc.record({ open: fc.boolean(), locked: fc.boolean(), tamper: fc.boolean() }, { requiredKeys: [] }),
  camera: fc.record({ videoLoss: fc.boolean(), fps: fc.constant(25) }, { requiredKeys: [] }),
  gateway: fc.constant({ cpu: 3 })
})
const event = fc.record({
  smoke: fc.record({ type: fc.constantFrom('alarm', 'alarm', 'alarm-cleared', 'call-point', 'test', 'fault', 'tamper', 'spring') }),
  door: fc.record({ type: fc.constantFrom('opened', 'closed', 'granted', 'forced', 'exit-request', 'denied', 'duress', 'lock-fault') }),
  camera: fc.record({
    type: fc.constantFrom('lens-covered', 'video-loss', 'ebike-in-lift', 'fire-lane-blocked', 'falling-object', 'intrusion', 'flame'), phase: fc.constantFrom('start', 'end', 'pulse')
  }),
  gateway: fc.constant({ type: 'tamper' })
})

const said: fc.Arbitrary<Step['entry']> = fc.record({ device, common, telemetry, event, isEvent: fc.boolean() })
  .map(({ device, common, telemetry, event, isEvent }) => (now) => {
    const kind = KINDS[device]
    const body = {
      ts: now - common.ago, ...(common.historical ? { historical: true } : {}), ...common.numbered, ...(isEvent ? event : telemetry)[kind]
    }
    return message(device, kind, isEvent ? 'event' : 'telemetry', body, kind === 'smoke' ? 'g1' : device)
  })

const junk: fc.Arbitrary<Step['entry']> = fc.record({ device, channel: fc.constantFrom('telemetry', 'event', 'status', 'nonsense'), body: fc.constantFrom('', '{', '[]', '[{}]', 'null', '{"ts":-1}') })
  .map(({ device, channel, body }) => () => message(device, KINDS[device], channel, body))

const links: fc.Arbitrary<Step['entry']> = fc.record({ device, session: fc.nat(3), lost: fc.constantFrom('lost', 'said-goodbye', 'taken-over', null) })
  .map(({ device, session, lost }) => () => lost === null
    ? { type: 'connected', device: id(device), session, address: '::1' }
    : { type: 'disconnected', device: id(device), session, reason: lost })

const deeds: fc.Arbitrary<Step['entry']> = fc.oneof(
  fc.record({ name: fc.constantFrom('alarm.acknowledge', 'alarm.reset', 'alarm.unshelve', 'alarm.confirm', 'alarm.note'), alarm, note: fc.constant('n') }),
  fc.record({ name: fc.constant('alarm.close'), alarm, cause: fc.constantFrom(...CAUSES), note: fc.constant(null) }),
  fc.record({ name: fc.constant('alarm.shelve'), alarm, minutes: fc.constantFrom(1, 15, 20), reason: fc.constant('r') }),
  fc.record({ name: fc.constant('device.remove'), id: device }),
  fc.constant(ENROL[1]!),
  fc.record({ name: fc.constant('user.password'), user: fc.constantFrom('admin', 'li'), passwordHash: fc.constant('p') }),
  fc.record({ name: fc.constant('session.open'), user: fc.constantFrom('admin', 'li'), hash: fc.constantFrom('h1', 'h2'), expiresAt: fc.nat(100_000).map((more) => T0 + more) }),
  fc.record({ name: fc.constant('device.enrol') }),
  fc.record({ name: fc.constant('platform.seen'), historyLag: fc.constantFrom(null, 0, 45_000, 90_000), diskFree: fc.constantFrom(null, 0.05, 0.11, 0.5) })
).map((action) => () => act(action as Action))

const command = fc.integer({ min: 1, max: 12 }).map((n) => `k${n}`)
const orders: fc.Arbitrary<Step['entry']> = fc.oneof(
  fc.record({ name: fc.constant('command.issue'), device, command: fc.constantFrom('unlock', 'lock', 'lock', 'release', 'release', 'restore', 'locate', 'configure'), args: fc.constant({}) })
    .map((action) => () => act(action as Action)),
  fc.record({ name: fc.constant('command.sent'), command }).map((action) => () => act(action, 'system')),
  fc.constant(() => act({ name: 'building.restore', compound, building: 'b01' })),
  fc.record({ device, command, state: fc.constantFrom('accepted', 'done', 'failed') })
    .map(({ device, command, state }) => () => message(device, KINDS[device], `command/${command}/result`, { state }, KINDS[device] === 'smoke' ? 'g1' : device))
)

const entry: fc.Arbitrary<Step['entry']> = fc.oneof(
  { weight: 8, arbitrary: said },
  { weight: 1, arbitrary: junk },
  { weight: 2, arbitrary: links },
  { weight: 4, arbitrary: deeds },
  { weight: 4, arbitrary: orders },
  { weight: 1, arbitrary: fc.constant(() => tick) },
  { weight: 1, arbitrary: fc.constant(() => started) },
  { weight: 1, arbitrary: fc.constant((): NewEntry => ({ type: 'violation', device: id('d1'), code: 'frame-too-large', detail: '' })) }
)
const step: fc.Arbitrary<Step> = fc.record({ wait: fc.constantFrom(0, 0, 1, 900, 5000, 14_000, 61_000, 7_300_000), entry })

const LONG_WAIT = 100_000

function journalOf(steps: readonly Step[]): JournalEntry[] {
  const journal: JournalEntry[] = []
  let at = T0
  const put = (entry: NewEntry): void => void journal.push({ ...entry, position: journal.length + 1, at })
  put(started)
  for (const action of ENROL) put(act(action))
  for (const { wait, entry } of steps) {
    // Time passes in ticks, so that only long waits are gaps.
    const ticks = wait < LONG_WAIT ? Math.floor(wait / 10_000) : 0
    for (let n = 0; n < ticks; n += 1) {
      at += 10_000
      put(tick)
    }
    at += wait - ticks * 10_000
    put(entry(at))
  }
  return journal
}

function fresh(): Fold {
  return new Fold({ judge: judgeDevice, onFault: () => undefined })
}

const words = (outcome: Outcome): string => JSON.stringify(outcome)

/** Outcomes of each entry, and the whole state at the end. */
function run(fold: Fold, shelf: Shelf, journal: readonly JournalEntry[]): { outcomes: string[]; dump: string } {
  const outcomes = journal.map((entry) => {
    fold.apply(entry)
    return words(fold.take())
  })
  return { outcomes, dump: shelf.take(fold).dump() }
}

describe('the same journal', () => {
  it('gives the same book, to the byte, from its start or from any snapshot', () => {
    let alarms = 0
    fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), fc.array(fc.nat(), { maxLength: 4 }), (steps, cuts) => {
      const journal = journalOf(steps)
      const straight = run(fresh(), new Shelf(), journal)
      alarms += straight.outcomes.filter((outcome) => outcome.includes('"raised"')).length

      // A snapshot is taken at each cut, and only what changed since the last one is written; the process dies there or somewhat later.
      let from = 0
      let shelf = new Shelf()
      let fold = fresh()
      for (const cut of cuts.map((cut) => cut % journal.length).sort((a, b) => a - b)) {
        for (const entry of journal.slice(from, cut)) fold.apply(entry)
        fold.take()
        shelf.take(fold)
        const position = cut
        for (const entry of journal.slice(cut, cut + 3)) fold.apply(entry)
        fold = fresh()
        fold.restore(position, shelf.list())
        from = cut
        const copy = new Shelf()
        for (const { key, value } of shelf.list()) copy.pieces.set(key, value!)
        shelf = copy
      }
      const resumed = run(fold, shelf, journal.slice(from))
      expect(resumed.outcomes).to.deep.equal(straight.outcomes.slice(from))
      expect(resumed.dump).to.equal(straight.dump)
    }), { numRuns: 300 })
    expect(alarms, 'the journals were about something').to.be.greaterThan(100)
  })

  it('has one open alarm for each rule and subject, whatever happened', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const fold = fresh()
      const raised = new Set<string>()
      for (const entry of journalOf(steps)) {
        fold.apply(entry)
        for (const { alarm, transition } of fold.take().transitions) {
          expect(transition.n === 1).to.equal(transition.name === 'raised')
          if (transition.n === 1) expect(raised.has(alarm.id)).to.equal(false)
          raised.add(alarm.id)
        }
        const keys = fold.openAlarms().map((alarm) => `${alarm.rule} ${alarm.subject}`)
        expect(new Set(keys).size).to.equal(keys.length)
      }
    }), { numRuns: 60 })
  })

  it('is the same numbers whether they were kept or counted anew', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 50, size: 'max' }), (steps) => {
      const fold = fresh()
      for (const entry of journalOf(steps)) fold.apply(entry)
      const again = fresh()
      again.restore(fold.position, new Shelf().take(fold).list())
      expect(again.summaries()).to.deep.equal(fold.summaries())
    }), { numRuns: 60 })
  })
})
