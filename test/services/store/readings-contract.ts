import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { DeviceId, Millis } from '../../../protocol/names.ts'
import type { NewEntry, Point } from '../../../services/store/ports.ts'
import { reading } from './influx/rig.ts'

const MINUTE = 60_000
const DEVICE = 'c07-smoke-1' as DeviceId

/** A store of readings: what was received, and steps over it. */
export interface OpenedReadings {
  receive(...entries: NewEntry[]): Promise<void>
  steps(device: DeviceId, field: string, from: Millis, to: Millis, points: number): Promise<readonly Point[]>
  close(): Promise<void>
}

/** What `/readings` promises, whichever store answers. */
export function readingsContract(open: () => Promise<OpenedReadings>): void {
  describe('readings in steps', () => {
    let store: OpenedReadings
    let start: Millis
    beforeEach(async () => {
      store = await open()
      start = Math.floor(Date.now() / MINUTE - 60) * MINUTE + 17
    })
    afterEach(() => store.close())

    it('have mean, minimum, maximum and count of each step from `from` on, without empty ones', async () => {
      await store.receive(reading(DEVICE, [
        { ts: start, temperature: 20 }, { ts: start + MINUTE - 1, temperature: 23 }, { ts: start + MINUTE, temperature: 30.5 }, { ts: start + 3 * MINUTE, temperature: -4 },
        { ts: start + 4 * MINUTE, temperature: 99 }, { ts: start - 1, temperature: 99 }
      ]))
      expect(await store.steps(DEVICE, 'temperature', start, start + 4 * MINUTE, 4)).to.deep.equal([
        [start, 21.5, 20, 23, 2], [start + MINUTE, 30.5, 30.5, 30.5, 1], [start + 3 * MINUTE, -4, -4, -4, 1]
      ])
      expect(await store.steps(DEVICE, 'temperature', start, start + 4 * MINUTE, 1)).to.deep.equal([[start, 17.375, -4, 30.5, 4]])
    })

    it('are no more than was asked for, of spans that no step divides', async () => {
      await store.receive(reading(DEVICE, Array.from({ length: 100 }, (_, n) => ({ ts: start + n * 1000, co: n }))))
      for (const points of [1, 3, 7, 99]) {
        const steps = await store.steps(DEVICE, 'co', start + 500, start + 99_001, points)
        expect(steps.length).to.be.at.most(points).and.at.least(1)
        expect(steps.reduce((sum, [, , , , count]) => sum + count, 0)).to.equal(99)
        const width = Math.ceil(98_501 / points)
        for (const [ts] of steps) expect((ts - start - 500) % width).to.equal(0)
      }
    })

    it('count booleans as 0 and 1', async () => {
      await store.receive(reading(DEVICE, [{ ts: start, alarm: false }, { ts: start + 1, alarm: true }, { ts: start + 2, alarm: false }, { ts: start + MINUTE, alarm: true }, { ts: start + 2 * MINUTE, alarm: false }, { ts: start + 3, alarm: false }]))
      expect(await store.steps(DEVICE, 'alarm', start, start + 3 * MINUTE, 3)).to.deep.equal([[start, 0.25, 0, 1, 4], [start + MINUTE, 1, 1, 1, 1], [start + 2 * MINUTE, 0, 0, 0, 1]])
    })

    it('count a repeat once and two objects of one millisecond twice', async () => {
      const body = { ts: start, boot: 'b', seq: 1, temperature: 20 }
      await store.receive(reading(DEVICE, body), reading(DEVICE, body), reading(DEVICE, { ...body, seq: 2, temperature: 21 }), reading(DEVICE, { ts: start, temperature: 22 }))
      expect(await store.steps(DEVICE, 'temperature', start, start + 1, 1)).to.deep.equal([[start, 21, 20, 22, 3]])
    })

    it('are those of the device and field that were asked for, and none of words or of a field that nobody has', async () => {
      await store.receive(reading(DEVICE, { ts: start, temperature: 20 }), reading('c07-smoke-2', { ts: start, temperature: 50 }), reading('c07-gateway-1', { ts: start, cpu: 5, uplink: 'lte' }, 'telemetry', 'gateway'))
      expect(await store.steps(DEVICE, 'temperature', start, start + 1, 1)).to.deep.equal([[start, 20, 20, 20, 1]])
      expect(await store.steps('c07-gateway-1' as DeviceId, 'cpu', start, start + 1, 1)).to.have.length(1)
      for (const field of ['uplink', 'nonsense', '', '__proto__', 'temperature") FROM x --']) expect(await store.steps(DEVICE, field, start, start + 1, 1), field).to.deep.equal([])
      expect(await store.steps(DEVICE, 'temperature', start, start, 1)).to.deep.equal([])
    })
  })
}
