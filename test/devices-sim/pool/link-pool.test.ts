import { expect } from 'chai'
import { LinkPool } from '../../../devices-sim/pool/link-pool.ts'
import type { Link } from '../../../devices-sim/fleet/speaker.ts'
import { createPilot } from '../../../devices-sim/pilot.ts'
import { createTally } from '../../../devices-sim/tally.ts'
import { eventually } from '../../support/eventually.ts'
import { TinyBroker } from '../support/broker.ts'

const cameras = createPilot(1, 40).compounds[0]!.cameras.slice(0, 4)

describe('Connections in processes of their own', () => {
  let broker: TinyBroker
  let pool: LinkPool
  let links: Link[]
  const heard: string[] = []
  const tally = createTally()

  beforeEach(async () => {
    broker = new TinyBroker()
    await broker.open()
    heard.length = 0
    Object.assign(tally, createTally())
    pool = new LinkPool({ target: { host: '127.0.0.1', port: broker.port, tls: null }, seed: 1, processes: 2 }, new Map(cameras.map((one) => [one.id, `token-${one.id}`])), tally)
    let boot = 0
    links = cameras.map((about) => pool.make({
      about, subscriptions: [`v1/c01/camera/${about.id}/command`], will: () => ({ topic: `v1/c01/camera/${about.id}/status`, payload: `boot ${++boot}` }),
      listener: {
        connected: () => heard.push(`${about.id} connected`), lost: () => undefined, refused: (code) => heard.push(`${about.id} refused ${code}`),
        received: (topic, payload) => heard.push(`${topic} ${String(payload)}`)
      }
    }))
  })
  afterEach(async () => {
    await pool.close()
    await broker.close()
  })

  const connectAll = async (): Promise<void> => {
    for (const link of links) link.start()
    await eventually('all are connected', () => links.every((one) => one.online) && tally.connected === links.length)
  }

  it('log in as themselves, hear what they are told, and are counted together', async () => {
    await connectAll()
    expect(broker.guests.map((one) => `${one.connect.clientId} ${String(one.connect.password)}`).toSorted()).to.deep.equal(cameras.map((one) => `${one.id} token-${one.id}`).toSorted())
    expect(heard.toSorted()).to.deep.equal(cameras.map((one) => `${one.id} connected`).toSorted())
    const topic = `v1/c01/camera/${cameras[0]!.id}/command`
    const first = broker.guests.find((one) => one.connect.clientId === cameras[0]!.id)!
    broker.tell(first, { cmd: 'publish', topic, payload: 'unlock', qos: 0, dup: false, retain: false })
    await eventually('it is heard', () => heard.includes(`${topic} unlock`))
    expect(pool.cost().cpu).to.be.greaterThan(0)
  })

  it('hand over everything, and know what is still in hand', async () => {
    let acknowledged = 0
    broker.acknowledges = ({ payload }) => String(payload) !== 'kept'
    await connectAll()
    for (const link of links) for (let n = 0; n < 50; n++) link.publish({ topic: 't', retain: false, body: () => String(n), acknowledged: () => acknowledged++ })
    links[0]!.publish({ topic: 't', retain: false, body: () => 'kept' })
    expect(links[0]!.pending).to.equal(51)
    await eventually('all but one are acknowledged', () => acknowledged === 200 && links.reduce((sum, one) => sum + one.pending, 0) === 1)
    expect(tally).to.include({ sent: 201, acknowledged: 200, inFlight: 1 })
  })

  it('are thrown out and come back with the will of their last start, or stay away when they are told to', async () => {
    await connectAll()
    links[0]!.cut()
    expect(links[0]!.online).to.equal(false)
    for (const guest of broker.guests) guest.socket.destroy()
    await eventually('three are back', () => broker.guests.length === 7 && links.filter((one) => one.online).length === 3)
    expect(links.some((one) => one.lost)).to.equal(false)
    links[0]!.start()
    await eventually('it is back', () => links[0]!.online)
    expect(String(broker.guests.at(-1)?.connect.will?.payload)).to.equal('boot 5')
  })

  it('use a new token as soon as there is one', async () => {
    broker.admit = ({ password }) => (String(password) === 'new' ? 0 : 4)
    links[0]!.start()
    await eventually('it is refused', () => heard.includes(`${cameras[0]!.id} refused 4`))
    pool.renewed(cameras[0]!.id, 'new')
    await eventually('it is let in', () => links[0]!.online)
  })
})
