import type { Role } from '../../../protocol/http/access.ts'
import { expect } from 'chai'
import type { CompoundId, Location } from '../../../protocol/names.ts'
import { Directory } from '../../../services/registry/directory.ts'
import { HouseGate } from '../../../services/registry/gate.ts'
import type { Client } from '../../../services/registry/gate.ts'
import { hashSecret } from '../../../services/registry/secret.ts'
import type { DeviceRecord, TokenRecord } from '../../../services/store/ports.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const location: Location = { building: 'b1' }
const C07 = 'c07' as CompoundId
function device(id: string, kind: DeviceRecord['kind'], compound: string, gateway: string | null = null): DeviceRecord {
  return {
    id, kind, compound, gateway, location, model: null, tokenHash: hashSecret(`secret of ${id}`), enrolledAt: 0
  } as DeviceRecord
}
function token(id: string, role: Role, compounds: TokenRecord['compounds'], expiresAt: number | null = null): TokenRecord {
  return { id, name: id, role, compounds, hash: hashSecret(`secret of ${id}`), createdAt: 0, createdBy: 'admin', expiresAt }
}

const clock = new FakeClock()
const directory = new Directory()
directory.load({
  compounds: [], presence: [], users: [], sessions: [],
  devices: [
    device('c07-gateway-01', 'gateway', 'c07'), device('c07-smoke-0001', 'smoke', 'c07', 'c07-gateway-01'),
    device('c07-door-01', 'door', 'c07'), device('c08-smoke-0001', 'smoke', 'c08', 'c08-gateway-01')
  ],
  tokens: [
    token('boss', 'administrator', 'all'), token('guard7', 'guard', [C07]), token('old', 'administrator', 'all', clock.now() + 1000),
    token('books', 'auditor', 'all'), token('flows', 'flows', 'all'), token('lead', 'manager', 'all')
  ]
})
const gate = new HouseGate(directory, clock)

function login(clientId: string, username: string | undefined = clientId, password: string | undefined = `secret of ${username}`): ReturnType<typeof gate.authenticate> {
  return gate.authenticate({ clientId, username, password: password === undefined ? undefined : Buffer.from(password), address: '127.0.0.1' })
}
function client(id: string, username = id): Client {
  const verdict = login(id, username)
  if (!verdict.ok) throw new Error(verdict.why)
  return verdict.principal
}

describe('the gate: who comes in', () => {
  it('lets a device in by its id and token, and nobody else under its name', () => {
    expect(login('c07-door-01').ok).to.equal(true)
    expect(login('c07-door-01', 'c07-door-01', 'wrong')).to.include({ ok: false, code: 4 })
    expect(login('c07-door-01', 'c07-door-01', 'secret of c07-gateway-01')).to.include({ ok: false, code: 4 })
    expect(login('other-client', 'c07-door-01')).to.include({ ok: false, code: 5 })
    expect(login('nobody')).to.include({ ok: false, code: 4 })
    expect(gate.authenticate({ clientId: 'c07-door-01', username: undefined, password: undefined, address: '' })).to.include({ ok: false, code: 4 })
  })

  it('lets a service account in under a client id of its own, but not under a device’s', () => {
    expect(login('flows-1', 'boss').ok).to.equal(true)
    expect(login('c07-door-01', 'boss')).to.include({ ok: false, code: 5 })
  })

  it('ends a service account when its token ends', () => {
    const late = new FakeClock(clock.now())
    const later = new HouseGate(directory, late)
    const verdict = later.authenticate({ clientId: 'x', username: 'old', password: Buffer.from('secret of old'), address: '' })
    if (!verdict.ok) throw new Error(verdict.why)
    expect(later.mayReceive(verdict.principal, 'v1/c07/alarms/a1')).to.equal(true)
    late.tick(2000)
    expect(later.mayReceive(verdict.principal, 'v1/c07/alarms/a1')).to.equal(false)
    expect(later.authenticate({ clientId: 'x', username: 'old', password: Buffer.from('secret of old'), address: '' })).to.include({ ok: false })
  })
})

describe('the gate: what a device may publish', () => {
  const rows: [who: string, topic: string, allowed: boolean][] = [
    ['c07-door-01', 'v1/c07/door/c07-door-01/telemetry', true],
    ['c07-door-01', 'v1/c07/door/c07-door-01/command/17/result', true],
    ['c07-door-01', 'v1/c07/door/c07-door-01/an-unknown-channel', true],
    ['c07-door-01', 'v1/c07/door/c07-door-01/command', false],
    ['c07-door-01', 'v1/c07/door/c07-door-01/rejected', false],
    ['c07-door-01', 'v1/c08/door/c07-door-01/telemetry', false],
    ['c07-door-01', 'v1/c07/smoke/c07-door-01/telemetry', false],
    ['c07-door-01', 'v1/c07/smoke/c07-smoke-0001/telemetry', false],
    ['c07-door-01', 'v1/c07/alarms/a1', false],
    ['c07-door-01', '$SYS/broker/clients', false],
    ['c07-door-01', 'anything', false],
    ['c07-gateway-01', 'v1/c07/smoke/c07-smoke-0001/event', true],
    ['c07-gateway-01', 'v1/c07/gateway/c07-gateway-01/telemetry', true],
    ['c07-gateway-01', 'v1/c07/door/c07-door-01/telemetry', false],
    ['c07-gateway-01', 'v1/c08/smoke/c08-smoke-0001/telemetry', false]
  ]
  for (const [who, topic, allowed] of rows) {
    it(`${who} ${allowed ? 'may' : 'may not'} publish on ${topic}`, () => {
      expect(gate.mayPublish(client(who), topic)).to.equal(allowed)
    })
  }

  it('a device leaves its status for those who come later, and nothing else', () => {
    const door = client('c07-door-01')
    expect(gate.mayRetain(door, 'v1/c07/door/c07-door-01/status')).to.equal(true)
    for (const channel of ['telemetry', 'event', 'command/x/result']) expect(gate.mayRetain(door, `v1/c07/door/c07-door-01/${channel}`), channel).to.equal(false)
  })

  it('a service account may publish nothing', () => {
    expect(gate.mayPublish(client('x', 'boss'), 'v1/c07/door/c07-door-01/telemetry')).to.equal(false)
  })
})

describe('the gate: what a client may subscribe to', () => {
  const rows: [who: string, filter: string, allowed: boolean][] = [
    ['c07-door-01', 'v1/c07/door/c07-door-01/command', true],
    ['c07-door-01', 'v1/c07/door/c07-door-01/rejected', true],
    ['c07-door-01', 'v1/c07/door/c07-door-01/telemetry', false],
    ['c07-door-01', 'v1/c07/+/+/command', false],
    ['c07-door-01', 'v1/c07/door/+/command', false],
    ['c07-door-01', '#', false],
    ['c07-door-01', '$SYS/#', false],
    ['c07-gateway-01', 'v1/c07/+/+/command', true],
    ['c07-gateway-01', 'v1/c07/+/+/rejected', true],
    ['c07-gateway-01', 'v1/c08/+/+/command', false],
    ['c07-gateway-01', 'v1/c07/+/+/#', false],
    ['c07-gateway-01', 'v1/c07/smoke/c07-smoke-0001/command', true],
    ['boss', 'v1/+/alarms/+', true],
    ['boss', 'v1/+/alarms/#', true],
    ['boss', 'v1/+/+/+/event', true],
    ['boss', 'v1/+/+/+/command', false],
    ['boss', 'v1/#', false],
    ['boss', '#', false],
    ['guard7', 'v1/c07/alarms/+', true],
    ['guard7', 'v1/c07/+/+/telemetry', true],
    ['guard7', 'v1/c07/+/+/event', false],
    ['guard7', 'v1/c08/alarms/+', false],
    ['guard7', 'v1/+/alarms/+', false],
    ['books', 'v1/c07/+/+/telemetry', false],
    ['boss', 'v1/-/alarms/+', true],
    ['lead', 'v1/+/alarms/+', true],
    ['lead', 'v1/-/alarms/+', false]
  ]
  for (const [who, filter, allowed] of rows) {
    it(`${who} ${allowed ? 'may' : 'may not'} subscribe to ${filter}`, () => {
      const isDevice = who.startsWith('c0')
      expect(gate.maySubscribe(isDevice ? client(who) : client('x', who), filter)).to.equal(allowed)
    })
  }

  it('a service account gets what it may subscribe to, also from a session that another account left under its client id', () => {
    const [boss, guard] = [client('flows', 'boss'), client('flows', 'guard7')]
    for (const topic of ['v1/c07/alarms/a1', 'v1/c08/alarms/a1', 'v1/c08/door/c08-door-01/event', 'v1/c07/door/c07-door-01/command/17/result']) {
      expect(gate.mayReceive(boss, topic), topic).to.equal(true)
    }
    for (const topic of ['v1/c07/alarms/a1', 'v1/c07/door/c07-door-01/status']) expect(gate.mayReceive(guard, topic), topic).to.equal(true)
    for (const topic of ['v1/c08/alarms/a1', 'v1/c08/door/c08-door-01/status', 'v1/c07/door/c07-door-01/event', 'v1/c07/door/c07-door-01/command/17/result', '$SYS/x']) {
      expect(gate.mayReceive(guard, topic), topic).to.equal(false)
    }
    expect(gate.mayReceive(boss, 'v1/c07/door/c07-door-01/command')).to.equal(false)
  })

  it('alarms about the platform itself reach administrators of all compounds alone', () => {
    expect(gate.mayReceive(client('x', 'boss'), 'v1/-/alarms/a1')).to.equal(true)
    expect(gate.mayReceive(client('x', 'lead'), 'v1/c07/alarms/a1')).to.equal(true)
    for (const who of ['lead', 'books', 'guard7']) expect(gate.mayReceive(client('x', who), 'v1/-/alarms/a1'), who).to.equal(false)
  })

  it('flows hear everything that happens, and of passages at doors not who it was', () => {
    const flows = client('node-red', 'flows')
    for (const filter of ['v1/+/alarms/+', 'v1/+/+/+/telemetry', 'v1/+/+/+/event', 'v1/+/door/+/status', 'v1/+/+/+/command/+/result']) expect(gate.maySubscribe(flows, filter), filter).to.equal(true)
    for (const filter of ['v1/+/+/+/command', 'v1/+/+/+/snapshot/+', 'v1/#', '$SYS/#']) expect(gate.maySubscribe(flows, filter), filter).to.equal(false)
    const passage = { ts: 1, seq: 2, boot: 'b', type: 'granted', method: 'card', direction: 'in', credential: 'secret-card', home: '301', reason: 'Mr Wang' }
    const heard = (who: Client, topic: string, said: unknown): unknown => {
      const shown = gate.shown(who, topic, Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)))
      return shown && (JSON.parse(Buffer.from(shown).toString()) as unknown)
    }
    const impersonal = { ts: 1, seq: 2, boot: 'b', type: 'granted', method: 'card', direction: 'in' }
    expect(heard(flows, 'v1/c07/door/c07-door-01/event', passage)).to.deep.equal(impersonal)
    expect(heard(flows, 'v1/c07/door/c07-door-01/event', [passage, 'x'])).to.deep.equal([impersonal, null])
    expect(heard(flows, 'v1/c07/door/c07-door-01/event', '{"credential":')).to.equal(null)
    expect(heard(flows, 'v1/c07/camera/c07-camera-01/event', { type: 'motion', zone: 'lift' })).to.deep.equal({ type: 'motion', zone: 'lift' })
    expect(heard(client('x', 'boss'), 'v1/c07/door/c07-door-01/event', passage)).to.deep.equal(passage)
  })

  it('a gateway gets what is for itself and its children only', () => {
    const gateway = client('c07-gateway-01')
    expect(gate.mayReceive(gateway, 'v1/c07/smoke/c07-smoke-0001/command')).to.equal(true)
    expect(gate.mayReceive(gateway, 'v1/c07/gateway/c07-gateway-01/rejected')).to.equal(true)
    expect(gate.mayReceive(gateway, 'v1/c07/door/c07-door-01/command')).to.equal(false)
  })
})
