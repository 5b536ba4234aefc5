import { expect } from 'chai'
import { OneDevice, s } from '../../support/one-device.ts'

interface Case {
  readonly title: string
  /** Seconds, channel, body without `ts` (it is added). */
  readonly says: readonly (readonly [number, 'telemetry' | 'event', Record<string, unknown>])[]
  /** Seconds that pass after the last one. */
  readonly until?: number
  readonly lines: readonly string[]
}

const CASES: readonly Case[] = [
  { title: 'raises when the detector says alarm', says: [[1, 'telemetry', { alarm: true }]], lines: ['raise smoke.alarm 1'] },
  { title: 'raises on an alarm event', says: [[1, 'event', { type: 'alarm' }]], lines: ['raise smoke.alarm 1'] },
  { title: 'raises at 10 %/m and not below', says: [[1, 'telemetry', { obscuration: 9.9 }], [2, 'telemetry', { obscuration: 10 }]], lines: ['raise smoke.alarm 2'] },
  { title: 'counts each alarm event as an occurrence', says: [[1, 'event', { type: 'alarm' }], [2, 'event', { type: 'alarm' }]], lines: ['raise smoke.alarm 1', 'raise smoke.alarm 2'] },
  {
    title: 'does not count telemetry that repeats what is known',
    says: [[1, 'event', { type: 'alarm' }], [2, 'telemetry', { alarm: true, obscuration: 20 }], [3, 'telemetry', { alarm: true }]], lines: ['raise smoke.alarm 1']
  },
  {
    title: 'counts a value that fell below 5 and comes back beyond 10',
    says: [[1, 'telemetry', { obscuration: 12 }], [20, 'telemetry', { obscuration: 7 }], [30, 'telemetry', { obscuration: 12 }], [40, 'telemetry', { obscuration: 4 }], [50, 'telemetry', { obscuration: 11 }]],
    lines: ['raise smoke.alarm 1', 'raise smoke.alarm 50']
  },
  {
    title: 'clears 60 s after the detector said no alarm and the smoke is below 5',
    says: [[1, 'telemetry', { alarm: true, obscuration: 20 }], [100, 'telemetry', { alarm: false, obscuration: 6 }], [200, 'telemetry', { alarm: false, obscuration: 4.9 }]],
    until: 300, lines: ['raise smoke.alarm 1', 'clear smoke.alarm 260']
  },
  {
    title: 'does not clear while the smoke lingers between the two limits',
    says: [[1, 'telemetry', { obscuration: 20 }], [10, 'telemetry', { obscuration: 3 }], [50, 'telemetry', { obscuration: 6 }]], until: 500, lines: ['raise smoke.alarm 1']
  },
  {
    title: 'clears after alarm-cleared where obscuration is not known',
    says: [[1, 'event', { type: 'alarm' }], [100, 'event', { type: 'alarm-cleared' }]], until: 200, lines: ['raise smoke.alarm 1', 'clear smoke.alarm 160']
  },
  {
    title: 'takes the all-clear of the detector for the obscuration that came with its alarm event',
    says: [[1, 'event', { type: 'alarm', obscuration: 15 }], [100, 'event', { type: 'alarm-cleared' }]], until: 200, lines: ['raise smoke.alarm 1', 'clear smoke.alarm 160']
  },
  { title: 'does not clear because the detector says nothing more', says: [[1, 'telemetry', { alarm: true }]], until: 7000, lines: ['raise smoke.alarm 1'] },
  { title: 'does not clear because of a report that says nothing of smoke', says: [[1, 'telemetry', { alarm: true }], [5, 'telemetry', { battery: 80 }]], until: 900, lines: ['raise smoke.alarm 1'] },
  { title: 'raises nothing on a test, whatever is in it', says: [[1, 'event', { type: 'test', obscuration: 30, temperature: 80 }]], lines: [] },
  { title: 'keeps an alarm while it is silenced', says: [[1, 'event', { type: 'alarm' }], [2, 'event', { type: 'silenced' }]], until: 900, lines: ['raise smoke.alarm 1'] },
  { title: 'raises heat at 57 °C', says: [[1, 'telemetry', { temperature: 56.9 }], [900, 'telemetry', { temperature: 57 }]], lines: ['raise smoke.heat 900'] },
  { title: 'raises heat on 8.3 °C within 60 s', says: [[0, 'telemetry', { temperature: 24.8 }], [60, 'telemetry', { temperature: 33.1 }]], lines: ['raise smoke.heat 60'] },
  { title: 'raises no heat on 8.3 °C in more than 60 s', says: [[0, 'telemetry', { temperature: 24.8 }], [60.001, 'telemetry', { temperature: 33.1 }]], lines: [] },
  { title: 'raises no heat on a warm day that is read every ten minutes', says: [[0, 'telemetry', { temperature: 15 }], [600, 'telemetry', { temperature: 25 }], [1200, 'telemetry', { temperature: 35 }]], lines: [] },
  { title: 'takes no single dip for a rise', says: [[0, 'telemetry', { temperature: 24 }], [20, 'telemetry', { temperature: 20 }], [40, 'telemetry', { temperature: 28.3 }]], lines: [] },
  {
    title: 'clears heat after 60 s below 50 °C',
    says: [[1, 'telemetry', { temperature: 60 }], [100, 'telemetry', { temperature: 52 }], [200, 'telemetry', { temperature: 49 }], [230, 'telemetry', { temperature: 51 }], [300, 'telemetry', { temperature: 40 }]],
    until: 400, lines: ['raise smoke.heat 1', 'clear smoke.heat 360']
  },
  {
    title: 'does not clear a rise before a reading shows that it ended',
    says: [[0, 'telemetry', { temperature: 20 }], [30, 'telemetry', { temperature: 30 }], [600, 'telemetry', { temperature: 31 }]], until: 700,
    lines: ['raise smoke.heat 30', 'clear smoke.heat 660']
  }
]

describe('Smoke and heat', () => {
  for (const { title, says, until, lines } of CASES) {
    it(title, () => {
      const device = new OneDevice('smoke')
      for (const [at, channel, body] of says) device.says(s(at), channel, { ts: s(at), ...body })
      if (until !== undefined) device.pass(s(until))
      expect(device.linesOf('smoke.alarm', 'smoke.heat')).to.deep.equal(lines)
    })
  }

  it('says where, how grave and in both languages', () => {
    const [signal] = new OneDevice('smoke').says(s(1), 'telemetry', { ts: s(1), obscuration: 12.34 }).signals
    expect(signal).to.deep.include({ rule: 'smoke.alarm', subject: 'c01-smoke-1', severity: 'critical', latches: true, compound: 'c01', building: 'b1', device: 'c01-smoke-1' })
    expect(signal?.message).to.deep.equal({ zh: '烟感 b1：烟雾浓度超限 12.3 %/m', en: 'Smoke detector b1: smoke beyond the limit, 12.3 %/m' })
  })

  it('judges an alarm whose object is otherwise refused', () => {
    const device = new OneDevice('smoke').says(s(1), 'telemetry', { alarm: true })
    expect(device.lines).to.deep.equal(['raise smoke.alarm 1'])
    expect(device.rejections.map(({ code }) => code)).to.deep.equal(['missing'])
  })

  it('takes its limits from the settings', () => {
    const device = new OneDevice('smoke')
    device.settings = { ...device.settings, 'smoke.alarm.limit': 20, 'smoke.heat.limit': 70 }
    device.says(s(1), 'telemetry', { ts: s(1), obscuration: 15, temperature: 60 }).says(s(2), 'telemetry', { ts: s(2), obscuration: 20, temperature: 70 })
    expect(device.linesOf('smoke.alarm', 'smoke.heat')).to.deep.equal(['raise smoke.alarm 2', 'raise smoke.heat 2'])
  })
})
