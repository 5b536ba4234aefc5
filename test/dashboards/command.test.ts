import { expect } from 'chai'
import type { IssuedCommand } from '../../protocol/command.ts'
import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import { KINDS } from '../../protocol/names.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import { argumentOf, endOf, furtherArguments, isUnderWay, stepsOf, weighty } from '../../dashboards/src/live/command.ts'
import { answered, ended, handedOver, tooLate, toldAnew } from '../../services/brain/command-lifecycle.ts'

const QUEUED: IssuedCommand = {
  id: 'k1', device: 'c07-door-01' as DeviceId, compound: 'c07' as CompoundId, name: 'unlock', args: {}, by: 'admin', state: 'queued', message: null, holding: false,
  expiresAt: 31_000, queuedAt: 1000, sentAt: null, acceptedAt: null, doneAt: null, failedAt: null, expiredAt: null
}
const sent = handedOver(QUEUED, 1010)
const accepted = answered(sent, { state: 'accepted', message: null }, 1200)!

describe('a command on the screen', () => {
  it('shows what it went through, in the order of time', () => {
    const done = answered(accepted, { state: 'done', message: null }, 1900)!
    expect(stepsOf(done)).to.deep.equal([{ state: 'queued', at: 1000 }, { state: 'sent', at: 1010 }, { state: 'accepted', at: 1200 }, { state: 'done', at: 1900 }])
    expect([QUEUED, sent, accepted, done].map(isUnderWay)).to.deep.equal([true, true, true, false])
  })

  it('leaves out the times of an earlier connection where it holds and is told anew', () => {
    const done = answered({ ...accepted, holding: true, expiresAt: null }, { state: 'done', message: null }, 1900)!
    expect(stepsOf(toldAnew(done, 90_000))).to.deep.equal([{ state: 'queued', at: 90_000 }])
  })

  it('says why it came to nothing, as the platform ends it', () => {
    expect(endOf(tooLate(QUEUED, 31_000))).to.deep.equal({ why: 'not-connected' })
    expect(endOf(tooLate(sent, 31_000))).to.deep.equal({ why: 'not-answered' })
    expect(endOf(tooLate(accepted, 31_000))).to.deep.equal({ why: 'nothing-more' })
    expect(endOf(ended(sent, 'replaced by k7', 31_000))).to.deep.equal({ why: 'replaced', by: 'k7' })
    expect(endOf(answered(sent, { state: 'failed', message: 'bolt stuck' }, 2000)!), 'the words are the device’s').to.equal(null)
  })

  it('is asked about first where it opens a way in, shuts one, or silences a warning', () => {
    const asked = KINDS.flatMap((kind) => Object.keys(KIND_DEFINITIONS[kind].commands).filter((name) => weighty(kind, name) !== null))
    expect(asked).to.deep.equal(['unlock', 'release', 'restore', 'silence', 'reboot'])
  })

  it('takes an argument as its field wants it, and nothing else', () => {
    const label = { zh: '数', en: 'Number' }
    const number = { type: 'number', unit: null, min: 1, max: 9, whole: true, label } as const
    expect(['3', ' ', '0', '1.5', 'x'].map((text) => argumentOf(number, text))).to.deep.equal([3, undefined, undefined, undefined, undefined])
    const text = { type: 'text', maxCharacters: 3, label } as const
    expect(['', ' 请让开 ', '请让开！'].map((typed) => argumentOf(text, typed))).to.deep.equal([undefined, '请让开', undefined])
    expect(['true', 'no'].map((typed) => argumentOf({ type: 'boolean', label }, typed))).to.deep.equal([true, undefined])
    expect(['a', 'c'].map((typed) => argumentOf({ type: 'enum', values: ['a', 'b'], label }, typed))).to.deep.equal(['a', undefined])
  })

  it('takes further arguments as a JSON object', () => {
    expect(['', '{"interval": 60}', '[1]', 'null', '{'].map(furtherArguments)).to.deep.equal([{}, { interval: 60 }, null, null, null])
  })
})
