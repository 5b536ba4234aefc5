import { expect } from 'chai'
import { after, before, describe, it } from 'mocha'
import { systemClock } from '../../../../services/kernel/clock.ts'
import { InfluxClient } from '../../../../services/store/influx/client.ts'
import { InfluxReadings } from '../../../../services/store/influx/readings.ts'
import type { DeviceId } from '../../../../protocol/names.ts'
import type { Queries } from '../../../../services/store/ports.ts'
import { MemoryQueries } from '../../../support/memory-queries.ts'
import { Directory } from '../../../../services/registry/directory.ts'
import { Influxd } from '../../../support/influxd.ts'
import { readingsContract } from '../readings-contract.ts'
import { Rig, addressOf, needInfluxd, reading } from './rig.ts'

const DAY = 86_400_000
const DEVICE = 'c07-smoke-1' as DeviceId

describe('InfluxDB', function () {
  const server = new Influxd()
  let databases = 0
  before(async function () {
    needInfluxd(this)
    await server.start()
  })
  after(() => server.remove())

  readingsContract(async () => {
    const rig = await new Rig(addressOf(server.url, `readings${++databases}`)).start()
    const client = new InfluxClient({ address: rig.address, clock: systemClock })
    const readings = new InfluxReadings(client, 90, () => 'policies')
    return {
      async receive(...entries) {
        await rig.append(...entries)
        await rig.forwarded()
      },
      async steps(device, field, from, to, points) {
        const steps = await readings.steps(device, field, { from, to, points, now: Date.now() })
        if (typeof steps === 'string') throw new Error(steps)
        return steps
      },
      async close() {
        client.close()
        await rig.remove()
      }
    }
  })

  it('answers for what it has, the embedded store for what came before it or while it is away, and the answer says which', async () => {
    const rig = await new Rig(addressOf(server.url, 'covered')).start()
    const embedded: Queries = new MemoryQueries(new Directory())
    const from = Date.now()
    const source = async (start: number): Promise<string> => (await rig.history.readings(embedded, DEVICE, 'temperature', start, from + 60_000, 10)).source
    expect(await source(from)).to.equal('embedded')
    await rig.append(reading(DEVICE, { ts: from, temperature: 20 }))
    await rig.forwarded()
    expect(await source(Date.now())).to.equal('influx')
    expect(await source(from - DAY)).to.equal('embedded')
    expect(await source(from - 15 * DAY)).to.equal('influx')
    await server.kill()
    expect(await source(Date.now())).to.equal('embedded')
    expect(rig.history.counters.failures).to.equal(1)
    await rig.remove()
    await server.start()
  })
})
