import { expect } from 'chai'
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import type { Enrolment, EnrolmentResult, RegistryAction } from '../../../services/registry/actions.ts'
import { Records } from '../../../services/registry/records.ts'
import { reduce } from '../../../services/registry/reduce.ts'
import type { Effect } from '../../../services/registry/reduce.ts'
import type { CompoundRecord } from '../../../services/store/ports.ts'

const compound = (id: string): CompoundRecord => ({
  id: id as CompoundId, name: id, district: '七里河', homes: 1, buildings: [{ id: 'b01', name: '1', units: 1, floors: 6 }], location: null
})
const device = (id: string, other: Partial<Enrolment> = {}): Enrolment => ({
  id: id as DeviceId, kind: 'smoke', compound: 'c01' as CompoundId, gateway: null, location: { building: 'b01' }, model: null, tokenHash: `hash of ${id}`, ...other
})
const id = (text: string): DeviceId => text as DeviceId

class Registry {
  readonly pieces = new Map<string, unknown>()
  readonly records = new Records((key, value) => void (value === undefined ? this.pieces.delete(key) : this.pieces.set(key, value)))
  now = 1000

  do(action: RegistryAction, actor = 'admin'): Effect {
    const effect = reduce(this.records, action, this.now, actor)
    this.records.apply(effect.rows)
    return effect
  }

  enrol(...devices: Enrolment[]): readonly EnrolmentResult[] {
    const { reply } = this.do({ name: 'device.enrol', devices })
    return reply.ok ? reply.value as EnrolmentResult[] : []
  }

  code(action: RegistryAction): string | null {
    const effect = this.do(action)
    expect(effect.refused).to.equal(effect.reply.ok ? null : effect.reply.code)
    if (!effect.reply.ok) expect(effect.rows).to.deep.equal({})
    return effect.refused
  }
}

function settled(): Registry {
  const registry = new Registry()
  registry.do({ name: 'compound.create', compound: compound('c01') })
  registry.do({ name: 'compound.create', compound: compound('c02') })
  return registry
}

describe('the registry', () => {
  it('makes a compound once', () => {
    const registry = new Registry()
    const action = { name: 'compound.create', compound: compound('c01') } as const
    expect(registry.do(action).reply).to.deep.equal({ ok: true, value: action.compound })
    expect(registry.code(action)).to.equal('exists-already')
  })

  it('enrols devices, a gateway before its children in the same action', () => {
    const registry = settled()
    const results = registry.enrol(device('g1', { kind: 'gateway' }), device('s1', { gateway: id('g1') }))
    expect(results).to.deep.equal([{ ok: true, id: 'g1' }, { ok: true, id: 's1' }])
    expect(registry.records.devices.get(id('s1'))).to.deep.equal({ ...device('s1', { gateway: id('g1') }), enrolledAt: 1000 })
    expect(registry.records.children(id('g1'))).to.deep.equal(['s1'])
  })

  it('lets each enrolment stand alone and names what is wrong with its path', () => {
    const registry = settled()
    registry.enrol(device('g2', { kind: 'gateway', compound: 'c02' as CompoundId }), device('s9'))
    const results = registry.enrol(
      device('s1'), device('s1'), device('s9'), device('s2', { compound: 'c99' as CompoundId }), device('s3', { location: { building: 'b77' } }),
      device('s4', { gateway: id('g1') }), device('g1', { kind: 'gateway' }), device('s5', { gateway: id('g2') }), device('s6', { gateway: id('s9') }),
      device('g3', { kind: 'gateway', gateway: id('g1') }), device('s7', { gateway: id('g1') })
    )
    expect(results.map((result) => result.ok ? `${result.id} ok` : `${result.id} ${result.code} ${result.path}`)).to.deep.equal([
      's1 ok', 's1 exists-already id', 's9 exists-already id', 's2 unknown-compound compound', 's3 unknown-building location.building',
      's4 unknown-gateway gateway', 'g1 ok', 's5 unknown-gateway gateway', 's6 unknown-gateway gateway', 'g3 unknown-gateway gateway', 's7 ok'
    ])
    expect([...registry.records.devices.keys()]).to.have.members(['g2', 's9', 's1', 'g1', 's7'])
  })

  it('says in the audit what an enrolment came to', () => {
    const registry = settled()
    expect(registry.do({ name: 'device.enrol', devices: [device('s1')] })).to.include({ object: 's1', refused: null })
    expect(registry.do({ name: 'device.enrol', devices: [device('s1')] })).to.include({ object: 's1', refused: 'exists-already' })
    const many = registry.do({ name: 'device.enrol', devices: [device('s1'), device('s2')] })
    expect(many).to.include({ object: null, refused: null, detail: '1 enrolled, 1 refused; s1: exists-already' })
  })

  it('removes a device, but no gateway that still speaks for others', () => {
    const registry = settled()
    registry.enrol(device('g1', { kind: 'gateway' }), device('s1', { gateway: id('g1') }))
    expect(registry.code({ name: 'device.remove', id: id('x') })).to.equal('not-found')
    expect(registry.code({ name: 'device.remove', id: id('g1') })).to.equal('has-children')
    expect(registry.code({ name: 'device.remove', id: id('s1') })).to.equal(null)
    expect(registry.code({ name: 'device.remove', id: id('g1') })).to.equal(null)
    expect(registry.records.devices.size).to.equal(0)
    expect(registry.enrol(device('s1'))[0]?.ok, 'the id is free again').to.equal(true)
  })

  it('gives a device another token', () => {
    const registry = settled()
    registry.enrol(device('s1'))
    registry.do({ name: 'device.token', id: id('s1'), tokenHash: 'new' })
    expect(registry.records.devices.get(id('s1'))).to.include({ tokenHash: 'new', enrolledAt: 1000 })
    expect(registry.code({ name: 'device.token', id: id('x'), tokenHash: 'new' })).to.equal('not-found')
  })

  it('makes the user with all rights, and ends sessions of the old password', () => {
    const registry = settled()
    registry.do({ name: 'user.password', user: 'admin', passwordHash: 'one' })
    expect(registry.records.users.get('admin')).to.deep.equal({ name: 'admin', role: 'administrator', compounds: 'all', passwordHash: 'one' })
    registry.do({ name: 'session.open', user: 'admin', hash: 'h1', expiresAt: 5000 })
    registry.do({ name: 'user.password', user: 'admin', passwordHash: 'two' })
    expect(registry.records.users.get('admin')?.passwordHash).to.equal('two')
    expect(registry.records.sessions.size).to.equal(0)
  })

  it('opens sessions for users that there are, and closes them as often as asked', () => {
    const registry = settled()
    expect(registry.code({ name: 'session.open', user: 'admin', hash: 'h1', expiresAt: 5000 })).to.equal('unknown-user')
    registry.do({ name: 'user.password', user: 'admin', passwordHash: 'one' })
    registry.do({ name: 'session.open', user: 'admin', hash: 'h1', expiresAt: 5000 })
    expect(registry.records.sessions.get('h1')).to.deep.equal({ hash: 'h1', user: 'admin', createdAt: 1000, expiresAt: 5000 })
    for (let n = 0; n < 2; n += 1) expect(registry.code({ name: 'session.close', hash: 'h1' })).to.equal(null)
    expect(registry.records.sessions.size).to.equal(0)
  })

  it('makes a token once, by whom, and removes it', () => {
    const registry = settled()
    const action = { name: 'token.create', id: 't1', label: 'city', role: 'viewer', compounds: 'all', hash: 'h', expiresAt: null } as const
    expect(registry.code(action)).to.equal(null)
    expect(registry.records.tokens.get('t1')).to.include({ name: 'city', createdBy: 'admin', createdAt: 1000 })
    expect(registry.code(action)).to.equal('exists-already')
    expect(registry.code({ name: 'token.remove', id: 't1' })).to.equal(null)
    expect(registry.code({ name: 'token.remove', id: 't1' })).to.equal('not-found')
  })

  it('keeps why somebody read passages', () => {
    const registry = settled()
    registry.enrol(device('d1', { kind: 'door' }))
    expect(registry.do({ name: 'passages.read', device: id('d1'), reason: 'theft on the 3rd' })).to.include({ object: 'd1', detail: 'theft on the 3rd', refused: null })
    expect(registry.code({ name: 'passages.read', device: id('x'), reason: '' })).to.equal('not-found')
  })

  it('never writes a secret\'s hash into the audit', () => {
    const registry = settled()
    registry.do({ name: 'user.password', user: 'admin', passwordHash: 'SECRET' })
    const actions: RegistryAction[] = [
      { name: 'device.enrol', devices: [device('s1', { tokenHash: 'SECRET' })] }, { name: 'device.token', id: id('s1'), tokenHash: 'SECRET' },
      { name: 'session.open', user: 'admin', hash: 'SECRET', expiresAt: 1 }, { name: 'session.close', hash: 'SECRET' }, { name: 'session.close', hash: 'SECRET' },
      { name: 'token.create', id: 't', label: 'l', role: 'viewer', compounds: [], hash: 'SECRET', expiresAt: null }, { name: 'user.password', user: 'a', passwordHash: 'SECRET' }
    ]
    for (const action of actions) {
      const { object, detail, reply } = registry.do(action)
      expect(JSON.stringify({ object, detail, reply })).to.not.contain('SECRET')
    }
  })

  it('is the same when taken back from its pieces', () => {
    const registry = settled()
    registry.enrol(device('g1', { kind: 'gateway' }), device('s2', { gateway: id('g1') }), device('s1', { gateway: id('g1') }))
    const again = new Registry()
    for (const [key, value] of registry.pieces) expect(again.records.restore(key, JSON.parse(JSON.stringify(value)))).to.equal(true)
    expect(again.records.children(id('g1'))).to.deep.equal(['s1', 's2'])
    expect([...again.records.devices]).to.deep.equal([...registry.records.devices])
    expect(again.records.restore('state:s1', {})).to.equal(false)
  })
})
