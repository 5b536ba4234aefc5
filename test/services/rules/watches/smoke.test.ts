import { expect } from 'chai'
import { OneDevice, s } from '../../../support/one-device.ts'
import { table } from './cases.ts'

const MINUTE = 60

describe('Rules of smoke detectors', () => {
  table('smoke', [
    { rule: 'smoke.pre-alarm', title: 'is raised at 5 %/m that lasts 30 s, though nothing more is heard', says: [[0, { obscuration: 5 }]], until: 31, hears: ['raise 30'], words: 'smoke of 5 %/m for 30 s' },
    { rule: 'smoke.pre-alarm', title: 'is not raised below, nor by what lasts less', says: [[0, { obscuration: 4.9 }], [60, { obscuration: 6 }], [89, { obscuration: 4 }]], until: 400, hears: [] },
    { rule: 'smoke.pre-alarm', title: 'is raised by 3 %/m more within 60 s', says: [[0, { obscuration: 0.5 }], [60, { obscuration: 3.5 }]], hears: ['raise 60'], words: 'smoke rises fast, now 3.5 %/m' },
    { rule: 'smoke.pre-alarm', title: 'is not raised by a slower rise', says: [[0, { obscuration: 0.5 }], [61, { obscuration: 3.5 }]], hears: [] },
    {
      rule: 'smoke.pre-alarm', title: 'clears after 60 s below 4 %/m', says: [[0, { obscuration: 6 }], [100, { obscuration: 4.5 }], [200, { obscuration: 3.9 }], [230, { obscuration: 4 }], [300, { obscuration: 1 }]],
      until: 500, hears: ['raise 30', 'clear 360']
    },
    { rule: 'smoke.pre-alarm', title: 'is taken back by the all-clear where the value came with an event', says: [[0, { type: 'alarm', obscuration: 7 }], [20, { type: 'alarm-cleared' }]], until: 300, hears: [] },
    { rule: 'smoke.pre-alarm', title: 'is not taken back by the all-clear where telemetry said so', says: [[0, { obscuration: 7 }], [20, { type: 'alarm-cleared' }]], until: 300, hears: ['raise 30'] },
    { rule: 'smoke.co', title: 'is raised at 50 ppm for 60 min', says: [[0, { co: 49 }], [600, { co: 50 }], [2400, { co: 60 }]], until: 600 + 60 * MINUTE, hears: [`raise ${600 + 60 * MINUTE}`], words: 'carbon monoxide 60 ppm, at or above 50 ppm for 60 min' },
    { rule: 'smoke.co', title: 'is raised at 100 ppm for 10 min', says: [[0, { co: 100 }]], until: 10 * MINUTE, hears: ['raise 600'] },
    { rule: 'smoke.co', title: 'is raised at 300 ppm for 3 min', says: [[0, { co: 300 }]], until: 3 * MINUTE, hears: ['raise 180'] },
    { rule: 'smoke.co', title: 'counts anew what fell below its limit in between', says: [[0, { co: 300 }], [170, { co: 299 }], [175, { co: 310 }]], until: 354, hears: [] },
    { rule: 'smoke.co', title: 'is one alarm while it climbs through its limits', says: [[0, { co: 60 }], [3000, { co: 150 }], [3500, { co: 400 }]], until: 5000, hears: ['raise 3600'] },
    { rule: 'smoke.co', title: 'clears after 5 min below 30 ppm', says: [[0, { co: 320 }], [300, { co: 35 }], [900, { co: 29 }], [1000, { co: 30 }], [1200, { co: 10 }]], until: 2000, hears: ['raise 180', 'clear 1500'] },
    { rule: 'smoke.call-point', title: 'is raised by each press, and waits for a person after the last', says: [[0, { type: 'call-point' }], [30, { type: 'call-point' }]], until: 200, hears: ['raise 0', 'raise 30', 'clear 90'], words: 'the call point was pressed' },
    { rule: 'smoke.fault', title: 'is raised by the flag and cleared by it', says: [[0, { fault: true }], [10, { fault: true }], [20, { fault: false }]], hears: ['raise 0', 'clear 20'], words: 'reports a fault of its own' },
    { rule: 'smoke.fault', title: 'is raised by the event and cleared by its counterpart', says: [[0, { type: 'fault' }], [20, { type: 'fault-cleared' }]], hears: ['raise 0', 'clear 20'] },
    {
      rule: 'smoke.contaminated', title: 'is raised from 80 % on and cleared below 75 %', says: [[0, { contamination: 79.9 }], [1, { contamination: 80 }], [2, { contamination: 76 }], [3, { contamination: 81 }], [4, { contamination: 75 }], [5, { contamination: 74.9 }]],
      hears: ['raise 1', 'clear 5'], words: 'contamination 80 %, it needs cleaning'
    },
    {
      rule: 'smoke.battery', title: 'is raised below 15 % and cleared from 20 % on', says: [[0, { battery: 15 }], [1, { battery: 14.9 }], [2, { battery: 19 }], [3, { battery: 14 }], [4, { battery: 20 }]],
      hears: ['raise 1', 'clear 4'], words: 'battery at 14.9 %'
    },
    { rule: 'smoke.tamper', title: 'is raised by event or flag and cleared by the flag', says: [[0, { type: 'tamper' }], [10, { battery: 90 }], [20, { tamper: false }], [30, { tamper: true }]], hears: ['raise 0', 'clear 20', 'raise 30'], words: 'was removed from its base' }
  ])

  it('are not woken by a test, whatever comes with it', () => {
    const device = new OneDevice('smoke').says(s(0), 'event', { ts: s(0), type: 'test', obscuration: 60, temperature: 90, co: 900 })
    expect(device.pass(s(7000)).lines).to.deep.equal([])
  })

  it('judge a call point whose object is otherwise refused', () => {
    expect(new OneDevice('smoke').says(s(0), 'event', { type: 'call-point' }).linesOf('smoke.call-point')).to.deep.equal(['raise smoke.call-point 0'])
  })

  it('are critical and latch where lives hang on them', () => {
    const [signal] = new OneDevice('smoke').says(s(0), 'event', { ts: s(0), type: 'call-point' }).signals
    expect(signal).to.deep.include({ severity: 'critical', latches: true })
  })

  it('remember nothing of a detector that is well', () => {
    const device = new OneDevice('smoke').says(s(0), 'telemetry', { ts: s(0), obscuration: 0.1, co: 0, contamination: 1, battery: 90, tamper: false, fault: false })
    expect(device.state.rules?.watches).to.deep.equal({})
    expect(device.state.watches).to.deep.equal({})
  })
})
