import { expect } from 'chai'
import { LIFE_SAFETY_RIGHTS, rightForCommand } from '../../../protocol/flow-rights.ts'
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import { furnish, raise, startHouse } from '../../support/house.ts'
import type { AuditRecord } from '../../../services/store/ports.ts'
import type { Called, House } from '../../support/house.ts'

describe('The account of the flows', () => {
  let house: House
  let admin: string
  let flows: string
  let audit: AuditRecord[]
  beforeEach(async () => {
    house = await startHouse()
    audit = []
    house.brain.onOutcome(({ changes }) => void audit.push(...changes.audit))
    await furnish(house, 'c07')
    admin = await house.token('administrator', 'all')
    flows = (await house.call('POST', '/api/v1/flows/token', { token: admin })).body['token'] as string
    house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001')] })
    house.brain.say('c07-door-01', { signals: [raise('c07-door-01', { rule: 'door.forced', severity: 'high', latches: false })] })
  })
  afterEach(() => house.stop())

  const asFlows = (path: string, body: unknown): Promise<Called> => house.call('POST', `/api/v1${path}`, { token: flows, body })
  const grant = (...granted: string[]): Promise<Called> => house.call('PUT', '/api/v1/flows/rights', { token: admin, body: { granted } })
  const audited = (): unknown[] => audit.filter(({ actor }) => actor === 'flows').map(({ name, object, refused }) => [name, object, refused])

  it('looks, acknowledges, notes and gives harmless commands, under its own name', async () => {
    expect((await house.call('GET', '/api/v1/session', { token: flows })).body).to.include({ name: 'flows', role: 'flows' })
    expect((await asFlows('/alarms/a1/acknowledge', { note: '流程已确认' })).status).to.equal(200)
    expect((await asFlows('/alarms/a1/note', { note: '已上报' })).status).to.equal(200)
    expect((await asFlows('/devices/c07-door-01/commands', { name: 'unlock' })).status).to.equal(202)
    expect((await asFlows('/devices/c07-camera-001/commands', { name: 'announce', args: { text: '请离开' } })).status).to.equal(202)
    const { timeline } = (await house.call('GET', '/api/v1/alarms/a1', { token: admin })).body as { timeline: { name: string; who: string }[] }
    expect(timeline.slice(1).map(({ name, who }) => [name, who])).to.deep.equal([['acknowledged', 'flows'], ['noted', 'flows']])
  })

  it('is refused what life may hang on, and the refusal stands in the audit', async () => {
    const wishes: [path: string, body: unknown, object: string][] = [
      ['/devices/c07-door-01/commands', { name: 'release' }, 'c07-door-01'],
      ['/devices/c07-door-01/commands', { name: 'lock' }, 'c07-door-01'],
      ['/devices/c07-smoke-0001/commands', { name: 'silence' }, 'c07-smoke-0001'],
      ['/devices/c07-door-01/commands', { name: 'restore' }, 'c07-door-01'],
      ['/devices/c07-camera-001/commands', { name: 'reboot' }, 'c07-camera-001'],
      ['/devices/c07-camera-001/commands', { name: 'configure', args: { x: 1 } }, 'c07-camera-001'],
      ['/alarms/a1/shelve', { minutes: 5, reason: 'x' }, 'a1'],
      ['/alarms/a1/confirm', {}, 'a1'],
      ['/alarms/a1/reset', {}, 'a1'],
      ['/alarms/a1/close', { cause: 'drill' }, 'a1']
    ]
    for (const [path, body] of wishes) {
      const answer = await asFlows(path, body)
      expect([answer.status, answer.body['code']], path).to.deep.equal([403, 'life-safety-right-missing'])
    }
    expect((await house.call('POST', '/api/v1/compounds/c07/buildings/b01/restore', { token: flows })).body['code']).to.equal('life-safety-right-missing')
    expect(audited()).to.have.length(wishes.length + 1)
    expect(audited().slice(0, 2)).to.deep.equal(wishes.slice(0, 2).map(([, , object]) => ['command.issue', object, 'life-safety-right-missing']))
    expect((await asFlows('/alarms/a2/close', { cause: 'maintenance' })).status, 'an alarm that is not critical').to.equal(200)
  })

  it('has a right of life safety as long as an administrator gives it, also with a new secret', async () => {
    expect((await grant('door.release', 'alarm.shelve')).body['granted']).to.deep.equal(['door.release', 'alarm.shelve'])
    expect((await asFlows('/devices/c07-door-01/commands', { name: 'release' })).status).to.equal(202)
    expect((await asFlows('/devices/c07-door-01/commands', { name: 'lock' })).status).to.equal(403)
    const old = flows
    flows = (await house.call('POST', '/api/v1/flows/token', { token: admin })).body['token'] as string
    expect((await house.call('GET', '/api/v1/session', { token: old })).status, 'the old secret').to.equal(401)
    expect((await asFlows('/alarms/a1/shelve', { minutes: 5, reason: 'x' })).status).to.equal(200)
    await grant()
    expect((await asFlows('/devices/c07-door-01/commands', { name: 'release' })).status).to.equal(403)
    expect(audit.filter(({ name }) => name === 'flows.rights').map(({ detail }) => detail)).to.deep.equal([
      'none → door.release, alarm.shelve', 'door.release, alarm.shelve → none'
    ])
  })

  it('gives nobody any rights, and only who minds all compounds gives it some', async () => {
    for (const token of [flows, await house.token('manager', 'all'), await house.token('administrator', ['c07'])]) {
      const answer = await house.call('PUT', '/api/v1/flows/rights', { token, body: { granted: [...LIFE_SAFETY_RIGHTS] } })
      expect(answer.status).to.equal(403)
      expect((await house.call('POST', '/api/v1/flows/token', { token })).status).to.equal(403)
    }
    expect((await grant('door.explode')).status).to.equal(400)
    expect((await house.call('POST', '/api/v1/tokens', { token: admin, body: { name: 'x', role: 'flows' } })).status, 'nobody else has that role').to.equal(400)
    expect((await house.call('GET', '/api/v1/flows/rights', { token: admin })).body['granted']).to.deep.equal([])
  })

  it('holds each command for harmful that is not known to be harmless', () => {
    const harmless = KINDS.flatMap((kind) => Object.keys(KIND_DEFINITIONS[kind].commands).filter((command) => !rightForCommand(kind, command)).map((command) => `${kind} ${command}`))
    expect(harmless).to.have.members(['door unlock', 'smoke self-test', 'smoke locate', 'camera announce', 'camera snapshot', 'gateway identify'])
    expect(rightForCommand('door', 'a-new-one')).to.equal('device.configure')
  })
})
