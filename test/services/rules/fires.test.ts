import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { OneDevice, s } from '../../support/one-device.ts'

/** A real sensor shows no more. */
const SATURATION = 125
const EXCERPTS = join(import.meta.dirname, '../../fixtures/fires')
/** Seconds after ignition at which the hottest ceiling channel reaches 57 °C, and at which it is 8.3 °C above what it was 60 s before; computed from the whole recordings. */
const TRUTH: Readonly<Record<string, readonly [number, number]>> = {
  Overstuffed_Open_Center_1: [99, 83],
  RedAccent_Closed_Corner_1: [89, 53],
  '100kWSB_Open_Corner_1': [1, 1]
}

/** Rows of seconds after ignition and the hottest of the ceiling channels; seconds without any value are left out. */
function readFire(file: string): [number, number][] {
  const [head = '', ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  const columns = names.flatMap((name, index) => (name.includes('25 mm Below Ceiling') || name.startsWith('Hottest') ? [index] : []))
  return rows.flatMap((row): [number, number][] => {
    const cells = row.split(',')
    const values = columns.map((column) => cells[column]?.trim() ?? '').filter((cell) => cell !== '').map(Number).filter(Number.isFinite)
    return values.length === 0 ? [] : [[Number(cells[0]), Math.max(...values)]]
  })
}

/** Seconds after ignition at which `smoke.heat` is raised when a detector reports these once a second. */
function raisedAt(samples: readonly (readonly [number, number])[]): number | undefined {
  const device = new OneDevice('smoke')
  for (const [time, temperature] of samples) {
    device.says(s(1000 + time), 'telemetry', { ts: s(1000 + time), temperature: Math.min(SATURATION, temperature) })
    if (device.signals.length > 0) return time
  }
  return undefined
}

describe('Heat of recorded fires', () => {
  for (const [name, [limit, rise]] of Object.entries(TRUTH)) {
    it(`is raised within one sample of the truth: ${name}`, () => {
      expect(raisedAt(readFire(join(EXCERPTS, `${name}.csv`)))).to.be.within(Math.min(limit, rise) - 1, Math.min(limit, rise) + 1)
    })
  }

  // A slow fire grows as 0.00293 kW/s², an ultra-fast one as 0.1876 kW/s² (NFPA 72); under a 2.4 m ceiling, just above the fire, Alpert's ΔT = 16.9 Q^(2/3) / H^(5/3).
  for (const [name, alpha] of [['slow', 0.00293], ['medium', 0.01172], ['fast', 0.0469], ['ultra-fast', 0.1876]] as const) {
    it(`is raised within one sample on ${name === 'ultra-fast' ? 'an' : 'a'} ${name} fire that grows as t²`, () => {
      const at = (time: number): number => 20 + (time < 0 ? 0 : (16.9 * (alpha * time * time) ** (2 / 3)) / 2.4 ** (5 / 3))
      const samples = Array.from({ length: 700 }, (_, index): [number, number] => [index - 60, at(index - 60)])
      const truth = samples.find(([time, value]) => value >= 57 || value - at(Math.max(-60, time - 60)) >= 8.3)
      expect(raisedAt(samples)).to.equal(truth?.[0])
    })
  }

  const { GATEHOUSE_FIRES: folder } = process.env
  if (folder !== undefined) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('_1.csv'))) {
      it(`is raised within one sample of the truth in the whole recording: ${file}`, () => {
        const truth = JSON.parse(readFileSync(join(folder, 'ground_truth.json'), 'utf8')) as Record<string, Record<string, number>>
        const { t_ceiling_57C_s_after_ignition: limit = NaN, 't_rise_8.3C_in_60s_s_after_ignition': rise = NaN } = truth[file.replace('.csv', '')] ?? {}
        expect(raisedAt(readFire(join(folder, file)))).to.be.within(Math.min(limit, rise) - 1, Math.min(limit, rise) + 1)
      })
    }
  }
})
