import { expect } from 'chai'
import { OneDevice, s } from '../../support/one-device.ts'

type Said = readonly [number, 'telemetry' | 'event', Record<string, unknown>]
const event = (at: number, type: string): Said => [at, 'event', { type }]
const CASES: readonly { readonly title: string; readonly says: readonly Said[]; readonly lines: readonly string[] }[] = [
  { title: 'raises on an opening that nobody was granted', says: [event(1, 'opened')], lines: ['raise door.forced 1'] },
  { title: 'raises on telemetry that shows a locked door open', says: [[1, 'telemetry', { open: false, locked: true }], [61, 'telemetry', { open: true, locked: true }]], lines: ['raise door.forced 61'] },
  { title: 'raises when the door says so itself', says: [event(1, 'granted'), event(2, 'forced')], lines: ['raise door.forced 2'] },
  { title: 'lets whoever was granted pass within 5 s', says: [event(1, 'granted'), event(6, 'opened'), event(9, 'closed')], lines: [] },
  { title: 'does not take a grant of more than 5 s ago', says: [event(1, 'granted'), event(6.001, 'opened')], lines: ['raise door.forced 6.001'] },
  { title: 'does not take a grant that came after the opening', says: [event(1, 'opened'), event(2, 'granted')], lines: ['raise door.forced 1'] },
  { title: 'does not take a refusal for a grant', says: [event(1, 'denied'), event(2, 'opened')], lines: ['raise door.forced 2'] },
  { title: 'lets out whoever asks', says: [event(1, 'exit-request'), event(3, 'opened')], lines: [] },
  { title: 'is not concerned while the door is unlocked', says: [[1, 'telemetry', { locked: false }], event(30, 'opened')], lines: [] },
  { title: 'does not raise again while the same opening is reported', says: [event(1, 'granted'), event(2, 'opened'), [60, 'telemetry', { open: true, locked: true }]], lines: [] },
  { title: 'counts another opening', says: [event(1, 'opened'), event(20, 'opened')], lines: ['raise door.forced 1', 'raise door.forced 20'] },
  { title: 'clears when it is closed', says: [event(1, 'opened'), event(20, 'closed')], lines: ['raise door.forced 1', 'clear door.forced 20'] },
  { title: 'clears on telemetry that shows it closed', says: [event(1, 'forced'), [60, 'telemetry', { open: false }]], lines: ['raise door.forced 1', 'clear door.forced 60'] },
  { title: 'clears when it is closed though it was never said to be open', says: [event(1, 'forced'), event(20, 'closed')], lines: ['raise door.forced 1', 'clear door.forced 20'] },
  { title: 'is not cleared by a report that says nothing of the door', says: [event(1, 'forced'), [60, 'telemetry', { battery: 50 }]], lines: ['raise door.forced 1'] },
  { title: 'raises anew after it was closed', says: [event(1, 'opened'), event(20, 'closed'), event(40, 'opened')], lines: ['raise door.forced 1', 'clear door.forced 20', 'raise door.forced 40'] }
]

describe('A forced door', () => {
  for (const { title, says, lines } of CASES) {
    it(title, () => {
      const device = new OneDevice('door')
      for (const [at, channel, body] of says) device.says(s(at), channel, { ts: s(at), ...body })
      expect(device.linesOf('door.forced')).to.deep.equal(lines)
    })
  }

  it('measures the grace of a grant by the clock of the door, however late its messages come', () => {
    const slow = new OneDevice('door').says(s(1), 'event', { ts: s(1), type: 'granted' }).says(s(15), 'event', { ts: s(3), type: 'opened' })
    expect(slow.lines).to.deep.equal([])
  })

  it('is high and does not latch', () => {
    expect(new OneDevice('door').says(s(1), 'event', { ts: s(1), type: 'opened' }).signals[0]).to.deep.include({ severity: 'high', latches: false })
  })
})
