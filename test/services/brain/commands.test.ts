import { expect } from 'chai'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { Outcome, Reply } from '../../../services/brain/outcome.ts'
import { connected, issue, restore, result, sent } from './command-entries.ts'
import { act, compound, Feed, id, message, Shelf, started } from './entries.ts'

const EXPIRY = 60_000
const RESULT = 300_000

const replyOf = (outcome: Outcome): Reply | undefined => outcome.replies[0]?.reply
const dispatched = (outcomes: readonly Outcome[]): string[] => outcomes.flatMap(({ dispatches }) => dispatches.map(({ id: command, device }) => `${command} ${device}`))

/** The last that was written of each command. */
function written(feed: Feed): Map<string, IssuedCommand> {
  return new Map(feed.outcomes.flatMap(({ changes }) => changes.commands.map((command) => [command.id, command] as const)))
}
const standOf = (feed: Feed, command = 'k1'): string => {
  const found = written(feed).get(command)
  return found ? `${found.state}${found.holding ? ' holding' : ''}` : 'none'
}

describe('a command', () => {
  /** What happens after `unlock` was issued, and what state it ends in. Times in s. */
  const LIVES: readonly (readonly [title: string, steps: readonly (string | number)[], state: string, message: string | null])[] = [
    ['is queued', [], 'queued', null],
    ['is sent when a connection has it', ['sent'], 'sent', null],
    ['is accepted', ['sent', 'accepted'], 'accepted', null],
    ['is done', ['sent', 'accepted', 'done'], 'done', null],
    ['is done also by a device that never says accepted', ['sent', 'done'], 'done', null],
    ['fails', ['sent', 'accepted', 'failed'], 'failed', null],
    ['is not thrown back by a word that comes out of order', ['sent', 'done', 'accepted'], 'done', null],
    ['is not thrown back when the device was faster than the report of the sending', ['accepted', 'sent'], 'accepted', null],
    ['waits for a minute', [59, 'sent'], 'sent', null],
    ['expires when no connection took it', [60], 'expired', 'never sent: the device was not connected'],
    ['expires when the device does not answer', ['sent', 60], 'expired', 'sent, and not answered in time'],
    ['does not expire once it is accepted', ['sent', 'accepted', 299], 'accepted', null],
    ['fails when nothing comes after that', ['sent', 'accepted', 300], 'failed', 'accepted, and nothing more was heard'],
    ['stays expired whatever is said later', ['sent', 60, 'done'], 'expired', 'sent, and not answered in time'],
    ['is known to have been sent even when that is reported too late', [60, 'sent'], 'expired', 'sent, and not answered in time'],
    ['stays done whatever is said later', ['sent', 'done', 'failed'], 'done', null]
  ]
  for (const [title, steps, state, why] of LIVES) {
    it(title, () => {
      const feed = Feed.enrolled()
      feed.say(issue('d1', 'unlock'))
      for (const step of steps) {
        if (typeof step === 'number') feed.pass(step * 1000)
        else feed.say(step === 'sent' ? sent('k1') : result('k1', step))
      }
      expect(written(feed).get('k1')).to.include({ state, message: why, holding: false, by: 'li', device: 'd1', compound: 'c07' })
    })
  }

  it('carries the times of its states, and is told when it expires', () => {
    const feed = Feed.enrolled()
    const at = feed.now
    const { dispatches } = feed.say(issue('k1', 'announce', { text: '请勿充电' }))
    expect(dispatches).to.deep.equal([{ id: 'k1', device: 'k1', name: 'announce', args: { text: '请勿充电' }, expiresAt: at + EXPIRY, holding: false }])
    for (const step of [sent('k1'), result('k1', 'accepted', 'k1', 'camera'), result('k1', 'done', 'k1', 'camera')]) {
      feed.now += 1000
      feed.say(step)
    }
    expect(written(feed).get('k1')).to.include({
      queuedAt: at, sentAt: at + 1000, acceptedAt: at + 2000, doneAt: at + 3000, failedAt: null, expiredAt: null, expiresAt: at + EXPIRY, state: 'done'
    })
  })

  it('takes the times of its kind from the settings in force', () => {
    const feed = Feed.enrolled()
    feed.say({ type: 'started', settings: { 'command.expiry.door': 5, 'command.result': 7 } })
    feed.say(issue('d1', 'unlock'))
    feed.say(issue('d1', 'lock'))
    feed.say(result('k2', 'accepted'))
    feed.pass(5000)
    expect([standOf(feed, 'k1'), standOf(feed, 'k2')]).to.deep.equal(['expired', 'accepted'])
    feed.pass(2000)
    expect(standOf(feed, 'k2')).to.equal('failed')
  })

  it('is refused with all its faults and their paths', () => {
    const feed = Feed.enrolled()
    const refused: readonly (readonly [ReturnType<typeof act>, string, readonly string[]])[] = [
      [issue('nobody', 'unlock'), 'not-found', []],
      [issue('d1', 'announce', { text: 'x' }), 'bad-input', ['name']],
      [issue('d1', 'constructor'), 'bad-input', ['name']],
      [issue('k1', 'announce', { loud: true, times: 3 }), 'bad-input', ['args.text', 'args.loud', 'args.times']],
      [issue('k1', 'announce', { text: '' }), 'bad-input', ['args.text']],
      [issue('d1', 'configure', { blob: 'x'.repeat(40_000) }), 'bad-input', ['args']]
    ]
    for (const [entry, code, paths] of refused) {
      const outcome = feed.say(entry)
      const reply = replyOf(outcome)
      expect(reply).to.include({ ok: false, code })
      expect(reply?.ok === false ? (reply.faults ?? []).map(({ path }) => path) : null).to.deep.equal(paths)
      expect(outcome.dispatches).to.deep.equal([])
      expect(outcome.changes.audit[0]).to.include({ name: 'command.issue', refused: code })
    }
    expect(written(feed).size).to.equal(0)
  })

  it('is in the audit with who, which device and which command, and without its arguments', () => {
    const feed = Feed.enrolled()
    const { changes } = feed.say(issue('d1', 'configure', { wifi: 'secret' }))
    expect(changes.audit).to.have.length(1)
    expect(changes.audit[0]).to.include({ actor: 'li', name: 'command.issue', object: 'd1', refused: null, detail: 'k1 configure' })
    expect(feed.say(sent('k1')).changes.audit).to.deep.equal([])
  })

  it('is refused when too many wait for the device, and taken again when they are over', () => {
    const feed = Feed.enrolled()
    for (let n = 0; n < 32; n += 1) expect(replyOf(feed.say(issue('d1', 'unlock')))?.ok).to.equal(true)
    expect(replyOf(feed.say(issue('d1', 'unlock')))).to.include({ ok: false, code: 'too-many-waiting' })
    expect(replyOf(feed.say(issue('k1', 'reboot')))?.ok).to.equal(true)
    feed.pass(EXPIRY)
    expect(replyOf(feed.say(issue('d1', 'unlock')))?.ok).to.equal(true)
  })

  it('is sent when the device connects in time, or its gateway does, and not after', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'unlock'))
    feed.say(issue('s1', 'locate'))
    feed.say(issue('s2', 'self-test'))
    feed.say(result('k3', 'accepted', 's2', 'smoke', 'g1'))
    feed.pass(30_000)
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal(['k1 d1'])
    expect(dispatched([feed.say(connected('g1'))])).to.deep.equal(['k2 s1'])
    feed.pass(30_000)
    feed.now += 3_600_000
    expect(dispatched([feed.say(connected('d1')), feed.say(connected('g1'))])).to.deep.equal([])
  })

  it('ends when its device is removed', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'release'))
    feed.say(act({ name: 'device.remove', id: id('d1') }))
    expect(written(feed).get('k1')).to.include({ state: 'expired', holding: false, message: 'the device was removed' })
    expect(dispatched(feed.pass(120_000))).to.deep.equal([])
  })
})

describe('a result', () => {
  it('counts once when it is repeated, and nothing is said about that', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'unlock'))
    feed.say(result('k1', 'done'))
    const { changes, rejections } = feed.say(result('k1', 'done'))
    expect([changes.commands, changes.quarantine, rejections]).to.deep.equal([[], [], []])
  })

  it('of an unknown command, of another device’s, or of one that is over is kept in quarantine with the reason, and told', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'unlock'))
    const cases: readonly (readonly [ReturnType<typeof message>, string])[] = [
      [result('k9', 'done'), 'unknown-command'],
      [result('door-open', 'done'), 'unknown-command'],
      [result('k1', 'done', 'k1', 'camera'), 'unknown-command'],
      [result('k1', 'done', 's1', 'smoke', 'g1'), 'unknown-command']
    ]
    for (const [entry, code] of cases) {
      const { changes, rejections } = feed.say(entry)
      expect(changes.quarantine).to.have.length(1)
      expect(changes.quarantine[0]).to.include({ code, refused: true })
      expect(rejections[0]).to.include({ code })
    }
    expect(standOf(feed)).to.equal('queued')
    feed.pass(EXPIRY)
    const late = feed.say(result('k1', 'done'))
    expect(late.changes.quarantine[0]).to.include({ code: 'command-over', message: 'k1 is expired already: "done" comes too late' })
    feed.pass(700_000, 10_000)
    expect(feed.say(result('k1', 'done')).changes.quarantine[0]).to.include({ code: 'command-over' })
  })

  it('that cannot be read changes nothing and is reported by what is wrong with it', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'unlock'))
    const { changes } = feed.say(message('d1', 'door', 'command/k1/result', { state: 'perhaps' }))
    expect(changes.quarantine.map(({ code, path }) => [code, path])).to.deep.equal([['out-of-range', 'state']])
    expect(standOf(feed)).to.equal('queued')
  })

  it('is not overwritten in quarantine by what else is wrong with it', () => {
    const feed = Feed.enrolled()
    const { changes } = feed.say(message('d1', 'door', 'command/k7/result', { state: 'done', mood: 'good' }))
    expect(changes.quarantine.map(({ code }) => code)).to.include('unknown-command')
    expect(new Set(changes.quarantine.map(({ n }) => n)).size).to.equal(changes.quarantine.length)
  })
})

describe('what is to hold', () => {
  it('is sent on each connection until it is restored, however late, and shows whether the door said so anew', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'release'))
    for (const step of [sent('k1'), result('k1', 'accepted'), result('k1', 'done')]) feed.say(step)
    expect(standOf(feed)).to.equal('done holding')
    feed.now += 3_600_000
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal(['k1 d1'])
    expect(standOf(feed)).to.equal('queued holding')
    feed.say(sent('k1'))
    feed.say(result('k1', 'done'))
    expect(standOf(feed)).to.equal('done holding')
    feed.say(issue('d1', 'restore'))
    expect([standOf(feed, 'k1'), standOf(feed, 'k2')]).to.deep.equal(['done', 'queued holding'])
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal(['k2 d1'])
    feed.say(result('k2', 'done'))
    expect(standOf(feed, 'k2')).to.equal('done')
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal([])
  })

  it('never expires, and is sent again when nothing is heard of it', () => {
    const feed = Feed.enrolled()
    const at = feed.now
    const { dispatches } = feed.say(issue('d1', 'release'))
    expect(dispatches[0]).to.include({ expiresAt: at + EXPIRY, holding: true })
    expect(dispatched(feed.pass(3 * EXPIRY))).to.deep.equal(['k1 d1', 'k1 d1', 'k1 d1'])
    expect(written(feed).get('k1')).to.include({ state: 'queued', holding: true, expiresAt: null })
    feed.say(result('k1', 'done'))
    expect(dispatched(feed.pass(3 * EXPIRY))).to.deep.equal([])
  })

  it('holds on when the door says that it failed, and is sent on the next connection', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'release'))
    feed.say(result('k1', 'failed'))
    expect(standOf(feed)).to.equal('failed holding')
    expect(dispatched(feed.pass(RESULT))).to.deep.equal([])
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal(['k1 d1'])
  })

  it('is replaced by the next that holds: a door that was away for both gets the last word alone', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'release'))
    feed.say(issue('d1', 'restore'))
    feed.say(issue('d1', 'release'))
    expect(written(feed).get('k1')).to.include({ state: 'expired', holding: false, message: 'replaced by k2' })
    expect(written(feed).get('k2')).to.include({ state: 'expired', holding: false, message: 'replaced by k3' })
    feed.now += 3_600_000
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal(['k3 d1'])
  })

  it('is not what a `restore` of a door is that nobody released: it expires', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'restore'))
    feed.pass(EXPIRY)
    expect(standOf(feed)).to.equal('expired')
  })

  it('does not keep back an unlock: that expires as ever', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'release'))
    feed.say(issue('d1', 'unlock'))
    feed.now += 3_600_000
    expect(dispatched([feed.say(connected('d1'))])).to.deep.equal(['k1 d1'])
    expect(standOf(feed, 'k2')).to.equal('expired')
  })

  it('ends for all doors of a building at once', () => {
    const feed = Feed.enrolled()
    expect(replyOf(feed.say(restore))).to.include({ ok: false, code: 'nothing-held' })
    expect(replyOf(feed.say(act({ name: 'building.restore', compound, building: 'b9' })))).to.include({ ok: false, code: 'not-found' })
    feed.say(issue('d1', 'release'))
    const outcome = feed.say(restore)
    expect(replyOf(outcome)).to.deep.equal({ ok: true, value: ['k2'] })
    expect(outcome.dispatches[0]).to.include({ device: 'd1', name: 'restore' })
    expect(outcome.changes.audit[0]).to.include({ name: 'building.restore', object: 'c07/b01', detail: 'k2' })
    expect(replyOf(feed.say(restore))).to.include({ ok: false, code: 'nothing-held' })
  })
})

describe('commands over a restart', () => {
  it('go on from a snapshot as if nothing had been: the same state to the byte, ids, times and order', () => {
    const feed = Feed.enrolled()
    for (let n = 0; n < 11; n += 1) feed.say(issue('d1', 'unlock'))
    feed.say(issue('d1', 'release'))
    feed.say(sent('k12'))
    const next = new Feed(undefined, feed.now)
    // In another order than they were written in: a store may give them back in any.
    next.fold.restore(feed.fold.position, new Shelf().take(feed.fold).list().toReversed())
    const lives = [feed, next].map((one) => {
      const outcomes = [one.say(connected('d1')), one.say(issue('d1', 'lock')), one.say(result('k12', 'done')), ...one.pass(EXPIRY)]
      return outcomes.map(({ dispatches, changes, replies }) => ({ dispatches, commands: changes.commands, replies }))
    })
    expect(lives[1]).to.deep.equal(lives[0])
    expect(lives[0]?.[0]?.dispatches.map(({ id: command }) => command)).to.deep.equal([...Array.from({ length: 11 }, (_, n) => `k${n + 1}`), 'k12'])
    const dump = (one: Feed): string[] => new Shelf().take(one.fold).dump().split('\n').filter((line) => line.startsWith('command'))
    const [before, after] = [dump(feed), dump(next)]
    expect(after).to.have.length.greaterThan(11)
    expect(after).to.deep.equal(before)
  })

  it('expire by the platform’s clock also when it was down for an hour; what holds, holds', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'unlock'))
    feed.say(issue('d1', 'release'))
    const next = feed.restarted()
    next.now += 3_600_000
    next.say(started)
    expect(written(next).get('k1')).to.include({ state: 'expired' })
    expect(dispatched([next.say(connected('d1'))])).to.deep.equal(['k2 d1'])
  })

  it('are the same whenever the journal is read again', () => {
    const feed = Feed.enrolled()
    feed.say(issue('d1', 'release'))
    feed.say(connected('d1'))
    feed.say(sent('k1'))
    feed.say(result('k1', 'accepted'))
    feed.pass(EXPIRY * 2)
    const again = new Feed()
    for (const entry of feed.journal) again.fold.apply(entry)
    expect(new Shelf().take(again.fold).dump()).to.equal(new Shelf().take(feed.fold).dump())
  })
})
