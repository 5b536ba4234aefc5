import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { ROUTES } from '../../../protocol/routes.ts'
import { furnish, passage, raise, startHouse } from '../../support/house.ts'
import type { Called, House } from '../../support/house.ts'
import { idleFlows } from '../../support/flows.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** The path to a call of each route that succeeds, and the body that it is sent. */
const CALLS: Readonly<Record<string, (house: House) => { path: string; body?: unknown; headers?: Record<string, string> }>> = {
  'session.open': () => ({ path: '/api/v1/session', body: { username: 'admin', password: 'correct horse battery' } }),
  'session.close': () => ({ path: '/api/v1/session' }),
  'session.show': () => ({ path: '/api/v1/session' }),
  'tokens.list': () => ({ path: '/api/v1/tokens?limit=1' }),
  'tokens.create': () => ({ path: '/api/v1/tokens', body: { name: 'flows', role: 'guard', compounds: ['c07'] } }),
  'tokens.remove': () => ({ path: '/api/v1/tokens/t-2' }),
  'flows.rights': () => ({ path: '/api/v1/flows/rights' }),
  'flows.grant': () => ({ path: '/api/v1/flows/rights', body: { granted: ['door.release'] } }),
  'flows.state': () => ({ path: '/api/v1/flows' }),
  'flows.restart': () => ({ path: '/api/v1/flows/restart' }),
  'flows.versions': () => ({ path: '/api/v1/flows/versions' }),
  'flows.version': () => ({ path: '/api/v1/flows/versions/1' }),
  'flows.restore': () => ({ path: '/api/v1/flows/versions/1/restore' }),
  'flows.export': () => ({ path: '/api/v1/flows/export' }),
  'flows.import': () => ({ path: '/api/v1/flows/import', body: { flows: [{ id: 'tab-1', type: 'tab', label: '改过' }] } }),
  'flows.shipped': () => ({ path: '/api/v1/flows/shipped' }),
  'flows.reset': () => ({ path: '/api/v1/flows/shipped/tab-1/reset' }),
  'flows.token': () => ({ path: '/api/v1/flows/token' }),
  'site.show': () => ({ path: '/api/v1/site' }),
  'compounds.list': () => ({ path: '/api/v1/compounds' }),
  'compounds.create': () => ({ path: '/api/v1/compounds', body: { id: 'c99', name: '新小区', district: '安宁', homes: 0, buildings: [], location: { lat: 36, lon: 103.8 } } }),
  'compounds.show': () => ({ path: '/api/v1/compounds/c07' }),
  'devices.list': () => ({ path: '/api/v1/devices?compound=c07&kind=smoke&limit=1' }),
  'devices.create': () => ({ path: '/api/v1/devices', body: { id: 'c07-door-02', kind: 'door', compound: 'c07', location: { building: 'b01' } } }),
  'devices.import': () => ({
    path: '/api/v1/devices/import', headers: { 'content-type': 'application/x-ndjson' },
    body: '{"id":"c07-door-03","kind":"door","compound":"c07","location":{"building":"b01"}}\n{"id":"c07-door-03"}\n'
  }),
  'devices.show': () => ({ path: '/api/v1/devices/c07-door-01' }),
  'devices.remove': () => ({ path: '/api/v1/devices/c07-camera-001' }),
  'devices.token': () => ({ path: '/api/v1/devices/c07-door-01/token' }),
  'devices.readings': () => ({ path: '/api/v1/devices/c07-smoke-0001/readings?field=temperature' }),
  'devices.events': () => ({ path: '/api/v1/devices/c07-door-01/events?reason=theft%20of%20a%20bicycle' }),
  'devices.connections': () => ({ path: '/api/v1/devices/c07-door-01/connections?limit=1&from=0' }),
  'devices.command': () => ({ path: '/api/v1/devices/c07-door-01/commands', body: { name: 'unlock' } }),
  'devices.commands': () => ({ path: '/api/v1/devices/c07-door-01/commands?limit=1' }),
  'commands.show': () => ({ path: '/api/v1/commands/k1' }),
  'buildings.restore': () => ({ path: '/api/v1/compounds/c07/buildings/b01/restore' }),
  'alarms.list': () => ({ path: '/api/v1/alarms?state=all&severity=critical' }),
  'alarms.show': () => ({ path: '/api/v1/alarms/a1' }),
  'alarms.acknowledge': () => ({ path: '/api/v1/alarms/a1/acknowledge', body: { note: '已派人' } }),
  'alarms.shelve': () => ({ path: '/api/v1/alarms/a1/shelve', body: { minutes: 10, reason: '演练' } }),
  'alarms.unshelve': () => ({ path: '/api/v1/alarms/a1/unshelve', body: {} }),
  'alarms.note': () => ({ path: '/api/v1/alarms/a1/note', body: { note: '住户说在做饭' } }),
  'alarms.confirm': () => ({ path: '/api/v1/alarms/a1/confirm', body: {} }),
  'alarms.reset': () => ({ path: '/api/v1/alarms/a1/reset', body: {} }),
  'alarms.close': () => ({ path: '/api/v1/alarms/a2/close', body: { cause: 'drill', note: null } }),
  'quarantine.list': () => ({ path: '/api/v1/quarantine?device=c07-door-01' }),
  'rules.list': () => ({ path: '/api/v1/rules' }),
  'contract.openapi': () => ({ path: '/api/v1/openapi.json' }),
  'contract.asyncapi': () => ({ path: '/api/v1/asyncapi.json' }),
  'machine.alive': () => ({ path: '/healthz' }),
  'machine.ready': () => ({ path: '/readyz' }),
  'machine.metrics': () => ({ path: '/metrics' })
}

/** Calls whose success needs something to have happened before. */
const BEFORE: Readonly<Record<string, (house: House) => void>> = {
  'alarms.reset': (house) => void house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001', { change: 'clear' })] })
}
describe('The answers of the API', () => {
  let house: House
  /** One with FLOWS=off: only there is a token for flows handed out. */
  let withoutFlows: House
  let folder: ReturnType<typeof temporaryFolder>
  let token: string
  let document: Document
  const ajv = new Ajv2020({ strict: false, allErrors: true })

  before(async () => {
    folder = temporaryFolder()
    house = await startHouse({ flows: await idleFlows(folder.path) })
    withoutFlows = await startHouse()
    await furnish(house, 'c07', 'c08')
    token = await house.token('administrator', 'all')
    await house.token('viewer', 'all')
    house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001')] })
    house.brain.say('c07-smoke-0002', { signals: [raise('c07-smoke-0002')] })
    house.brain.say('c07-door-01', {
      quarantine: [{
        position: 3, n: 0, at: 1, device: 'c07-door-01' as never, compound: 'c07' as never, channel: 'event', code: 'not-json', path: '', message: 'no JSON', refused: true,
        size: 3, body: Uint8Array.of(0xff, 0xfe, 0x00)
      }]
    })
    await house.brain.act('system', { name: 'command.issue', device: 'c07-door-01' as never, command: 'release', args: {} })
    house.queries.events_.set('c07-door-01', [passage('c07-door-01', 1)])
    house.queries.points.set('c07-smoke-0001 temperature', [[1_700_000_000_000, 20.5, 20, 21, 4]])
    document = (await house.call('GET', '/api/v1/openapi.json')).body as unknown as Document
    ajv.addSchema(document, 'openapi')
  })
  after(async () => {
    await house.stop()
    await withoutFlows.stop()
    folder.remove()
  })

  function check(answer: Called, operation: Operation, pointer: string): void {
    const described = operation.responses[answer.status]
    expect(described, `${operation.operationId} answers ${answer.status}, which its document does not know: ${answer.text}`).to.exist
    const types = Object.keys(described?.content ?? {})
    if (types.length === 0) {
      expect(answer.text, operation.operationId).to.equal('')
      return
    }
    const type = types.find((type) => answer.type.split(';')[0] === type.split(';')[0])
    expect(type, `${operation.operationId} answers ${answer.type}`).to.exist
    const schema = `openapi#${pointer}/responses/${answer.status}/content/${escape(type ?? '')}/schema`
    const validate = ajv.compile({ $ref: schema })
    const values: unknown[] = type === 'application/x-ndjson' ? answer.text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)
      : type?.startsWith('text/') ? [answer.text] : [answer.body]
    for (const value of values) expect(validate(value), `${operation.operationId}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`).to.equal(true)
  }

  it('are what the OpenAPI document says, for each of its routes', async () => {
    const described: string[] = []
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { operationId } = operation
        described.push(operationId)
        const call = CALLS[operationId]?.(house)
        if (!call) throw new Error(`no call for ${operationId}: a route that nobody calls is a route that nobody checked`)
        BEFORE[operationId]?.(house)
        const credentials = operationId === 'flows.token' ? await withoutFlows.token('administrator', 'all') : token
        const asked = operationId === 'flows.token' ? withoutFlows : house
        const answer = await asked.call(method.toUpperCase(), call.path, { token: credentials, body: call.body, ...(call.headers ? { headers: call.headers } : {}) })
        const expected = Number(Object.keys(operation.responses).find((status) => status.startsWith('2')))
        expect(answer.status, `${operationId}: ${answer.text}`).to.equal(expected)
        check(answer, operation, `/paths/${escape(path)}/${method}`)
      }
    }
    expect(described).to.have.members(Object.keys(ROUTES))
  })

  it('are problem documents of the described form for everybody who is not signed in', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (ROUTES[operation.operationId as keyof typeof ROUTES].permission === 'anyone') continue
        const answer = await house.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'a1'))
        expect(answer.status, operation.operationId).to.equal(401)
        expect(answer.body['code']).to.equal('not-signed-in')
        check(answer, operation, `/paths/${escape(path)}/${method}`)
      }
    }
  })

  it('name every fault of path, query and body at once', async () => {
    const answer = await house.call('POST', '/api/v1/alarms/a1/shelve?now=1', { token, body: { minutes: 0, why: 'x' } })
    expect(answer.status).to.equal(400)
    expect((answer.body['faults'] as { path: string }[]).map((fault) => fault.path)).to.have.members(['now', 'minutes', 'reason', 'why'])
  })
})

function escape(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))
}
