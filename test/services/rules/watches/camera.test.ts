import { expect } from 'chai'
import { DEFAULT_SETTINGS } from '../../../../services/rules/settings.ts'
import { inHours } from '../../../../services/rules/watches/camera.ts'
import { OneDevice, s } from '../../../support/one-device.ts'
import { table } from './cases.ts'
import type { Case, Said } from './cases.ts'

const event = (at: number, type: string, phase?: string, zone?: string): Said => [at, { type, ...(phase !== undefined && { phase }), ...(zone !== undefined && { zone }) }]

/** Rules that the camera starts and ends, raised at once. */
const STARTED = (['lens-covered', 'scene-changed', 'ebike-in-lift', 'intrusion', 'flame'] as const).flatMap((type): Case[] => [
  { rule: `camera.${type}`, title: 'is raised by `start` and cleared by `end`', says: [event(0, type, 'start'), event(4000, type, 'end')], hears: ['raise 0', 'clear 4000'] },
  { rule: `camera.${type}`, title: 'is over 300 s after the last `pulse`', says: [event(0, type, 'pulse'), event(200, type)], until: 900, hears: ['raise 0', 'raise 200', 'clear 500'] },
  {
    rule: `camera.${type}`, title: 'goes on in one zone when it ends in another', until: 900, hears: ['raise 0', 'raise 10', 'clear 400'],
    says: [event(0, type, 'start', 'gate'), event(10, type, 'start', 'path'), event(300, type, 'end', 'gate'), event(310, type, 'end', 'lift'), event(400, type, 'end', 'path')]
  },
  {
    rule: `camera.${type}`, title: 'is not kept by a pulse in another zone', hears: ['raise 0', 'raise 10', 'clear 400'],
    says: [event(0, type, 'start', 'gate'), event(10, type, 'pulse', 'path'), event(400, type, 'end', 'gate')]
  },
  { rule: `camera.${type}`, title: 'ends everywhere with an `end` that names no zone', says: [event(0, type, 'start', 'gate'), event(0, type, 'start', 'path'), event(300, type, 'end')], hears: ['raise 0', 'raise 0', 'clear 300'] },
  { rule: `camera.${type}`, title: 'ends with the `end` of any zone where its `start` named none', says: [event(0, type, 'start'), event(300, type, 'end', 'path')], hears: ['raise 0', 'clear 300'] },
  { rule: `camera.${type}`, title: 'goes on until its `end`, whatever pulses come in between', says: [event(0, type, 'start'), event(10, type, 'pulse')], until: 900, hears: ['raise 0', 'raise 10'] }
])

describe('Rules of cameras', () => {
  table('camera', [
    ...STARTED,
    { rule: 'camera.video-loss', title: 'is raised by telemetry that says so for 30 s', says: [[0, { videoLoss: true }], [29, { videoLoss: true }]], until: 30, hears: ['raise 30'], words: 'no video for 30 s' },
    { rule: 'camera.video-loss', title: 'is raised by an event that lasts 30 s', says: [event(0, 'video-loss', 'start')], until: 30, hears: ['raise 30'] },
    { rule: 'camera.video-loss', title: 'is not raised by what is back before', says: [event(0, 'video-loss', 'start'), [29, { videoLoss: false }]], until: 300, hears: [] },
    { rule: 'camera.video-loss', title: 'is not raised by a pulse', says: [event(0, 'video-loss', 'pulse')], until: 300, hears: [] },
    {
      rule: 'camera.video-loss', title: 'clears when it is back for 30 s', says: [[0, { videoLoss: true }], [60, { videoLoss: false }], [80, { videoLoss: true }], [90, { videoLoss: false }]],
      until: 300, hears: ['raise 30', 'clear 120']
    },
    { rule: 'camera.fire-lane-blocked', title: 'is raised after 120 s', says: [event(0, 'fire-lane-blocked', 'start')], until: 120, hears: ['raise 120'], words: 'the fire lane has been blocked for 120 s' },
    { rule: 'camera.fire-lane-blocked', title: 'is not raised when it is free before', says: [event(0, 'fire-lane-blocked', 'start'), event(119, 'fire-lane-blocked', 'end')], until: 900, hears: [] },
    { rule: 'camera.fire-lane-blocked', title: 'clears when it is free', says: [event(0, 'fire-lane-blocked', 'start'), event(200, 'fire-lane-blocked', 'end')], hears: ['raise 120', 'clear 200'] },
    {
      rule: 'camera.fire-lane-blocked', title: 'is not free while another part of it is blocked', hears: ['raise 120', 'raise 130', 'clear 500'],
      says: [event(0, 'fire-lane-blocked', 'start', 'west'), event(130, 'fire-lane-blocked', 'start', 'east'), event(200, 'fire-lane-blocked', 'end', 'west'), event(500, 'fire-lane-blocked', 'end', 'east')]
    },
    { rule: 'camera.falling-object', title: 'is counted each time and over after 5 min, whatever its phase', says: [event(0, 'falling-object', 'start'), event(1, 'falling-object', 'end'), event(60, 'falling-object')], until: 900, hears: ['raise 0', 'raise 60', 'clear 360'] }
  ])

  it('are not woken by what moves', () => {
    expect(new OneDevice('camera').says(s(0), 'event', { ts: s(0), type: 'motion', phase: 'start' }).says(s(1), 'event', { ts: s(1), type: 'line-crossing' }).pass(s(100)).lines).to.deep.equal([])
  })

  // START is midnight UTC, so the offset alone moves the hours.
  const settings = { ...DEFAULT_SETTINGS, 'camera.intrusion.offset': 8, 'camera.intrusion.from': 22, 'camera.intrusion.to': 6 }
  for (const [hour, begins] of [[13.99, 14], [14, 14], [21.99, 21.99], [22, 38], [23, 38], [0, 14]] as const) {
    it(`intrusion from 22 to 6 in Lanzhou: what starts at ${hour} h UTC counts from ${begins} h UTC`, () => {
      expect(inHours(s(hour * 3600), settings)).to.equal(s(begins * 3600))
    })
  }

  it('raise an intrusion that is still there when its hours begin', () => {
    const device = new OneDevice('camera')
    device.settings = settings
    device.says(s(13 * 3600), 'event', { ts: s(13 * 3600), type: 'intrusion', phase: 'start' }).pass(s(15 * 3600))
    expect(device.linesOf('camera.intrusion')).to.deep.equal([`raise camera.intrusion ${14 * 3600}`])
    device.says(s(16 * 3600), 'event', { ts: s(16 * 3600), type: 'intrusion', phase: 'end' })
    expect(device.linesOf('camera.intrusion')).to.have.length(2)
    device.says(s(32 * 3600), 'event', { ts: s(32 * 3600), type: 'intrusion', phase: 'start' }).says(s(33 * 3600), 'event', { ts: s(33 * 3600), type: 'intrusion', phase: 'end' }).pass(s(40 * 3600))
    expect(device.linesOf('camera.intrusion')).to.have.length(2)
  })

  it('let flames wait for a person', () => {
    const [signal] = new OneDevice('camera').says(s(0), 'event', { ts: s(0), type: 'flame', phase: 'start' }).signals
    expect(signal).to.deep.include({ severity: 'critical', latches: true })
  })
})
