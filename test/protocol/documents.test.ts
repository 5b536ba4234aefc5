import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { asyncApi } from '../../protocol/asyncapi.ts'
import { decodeReport } from '../../protocol/decode.ts'
import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import { KINDS } from '../../protocol/names.ts'
import { openApi } from '../../protocol/openapi.ts'
import { ROUTES } from '../../protocol/routes.ts'

type Json = Record<string, unknown>

/** All `$ref`s in a document. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => (key === '$ref' ? [String(child)] : refsIn(child)))
}
function pointed(document: unknown, ref: string): unknown {
  const steps = ref.slice(2).split('/')
  return steps.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Json)[step] : undefined), document)
}

/** The parts of the two standards that these documents use. */
const bilingual = { type: 'string', pattern: ' · ' }
const content = { type: 'object', minProperties: 1, additionalProperties: { type: 'object', required: ['schema'], properties: { schema: { type: 'object' } } } }
const OPENAPI = {
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { const: '3.1.0' },
    info: { type: 'object', required: ['title', 'version'], properties: { title: { type: 'string' }, version: { type: 'string' } } },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        propertyNames: { enum: ['get', 'post', 'put', 'delete'] },
        additionalProperties: {
          type: 'object',
          required: ['operationId', 'responses', 'summary', 'security', 'tags'],
          additionalProperties: false,
          properties: {
            operationId: { type: 'string' }, summary: bilingual, description: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } },
            security: { type: 'array', items: { type: 'object' } },
            parameters: {
              type: 'array',
              items: {
                type: 'object', required: ['name', 'in', 'schema'], additionalProperties: false,
                properties: { name: { type: 'string' }, in: { enum: ['path', 'query'] }, required: { type: 'boolean' }, schema: { type: 'object' } },
                anyOf: [{ properties: { in: { const: 'query' } } }, { properties: { required: { const: true } } }]
              }
            },
            requestBody: { type: 'object', required: ['content'], properties: { content } },
            responses: {
              type: 'object', propertyNames: { pattern: '^[2-5][0-9][0-9]$' },
              additionalProperties: { type: 'object', required: ['description'], properties: { description: { type: 'string', minLength: 1 }, content } }
            }
          }
        }
      }
    },
    components: { type: 'object', required: ['schemas', 'securitySchemes'] }
  }
}
const reference = { type: 'object', required: ['$ref'], additionalProperties: false, properties: { $ref: { type: 'string' } } }
const ASYNCAPI = {
  type: 'object',
  required: ['asyncapi', 'info', 'channels', 'operations', 'components'],
  properties: {
    asyncapi: { const: '3.0.0' },
    info: { type: 'object', required: ['title', 'version'] },
    servers: { type: 'object', additionalProperties: { type: 'object', required: ['host', 'protocol'] } },
    channels: {
      type: 'object', propertyNames: { pattern: '^[A-Za-z0-9._-]+$' },
      additionalProperties: {
        type: 'object', required: ['address', 'messages', 'parameters'],
        properties: {
          parameters: { type: 'object', additionalProperties: { type: 'object', required: ['description'] } },
          messages: { type: 'object', additionalProperties: { type: 'object', required: ['payload'], properties: { payload: { type: 'object' } } } }
        }
      }
    },
    operations: {
      type: 'object',
      additionalProperties: {
        type: 'object', required: ['action', 'channel'],
        properties: { action: { enum: ['send', 'receive'] }, channel: reference, messages: { type: 'array', items: reference } }
      }
    }
  }
}

describe('the OpenAPI document', () => {
  const document = openApi() as Json

  it('is built as the standard says, and all that it points at is there', () => {
    const validate = new Ajv2020({ strict: false }).compile(OPENAPI)
    expect(validate(document), JSON.stringify(validate.errors)).to.equal(true)
    for (const ref of refsIn(document)) expect(pointed(document, ref), ref).to.be.an('object')
    expect(JSON.parse(JSON.stringify(document))).to.deep.equal(document)
  })

  it('has every route, once, with its parameters', () => {
    const operations = Object.values(document['paths'] as Record<string, Record<string, Json>>).flatMap((path) => Object.values(path))
    expect(operations.map(({ operationId }) => operationId)).to.have.members(Object.keys(ROUTES))
    for (const [id, route] of Object.entries(ROUTES)) {
      const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const { parameters } = operations.find(({ operationId }) => operationId === id) as { parameters: { name: string; in: string }[] }
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name), id).to.deep.equal(named)
    }
  })

  it('has schemas that can be compiled', () => {
    const ajv = new Ajv2020({ strict: false })
    for (const name of Object.keys((document['components'] as { schemas: Json }).schemas)) {
      ajv.compile({ $ref: `#/components/schemas/${name}`, components: document['components'] })
    }
  })
})

describe('the AsyncAPI document', () => {
  const document = asyncApi() as Json

  it('is built as the standard says, and all that it points at is there', () => {
    const validate = new Ajv2020({ strict: false }).compile(ASYNCAPI)
    expect(validate(document), JSON.stringify(validate.errors)).to.equal(true)
    for (const ref of refsIn(document)) expect(pointed(document, ref), ref).to.be.an('object')
    expect(JSON.parse(JSON.stringify(document))).to.deep.equal(document)
  })

  it('has the channels of every kind, and pictures for cameras alone', () => {
    const addresses = Object.values(document['channels'] as Record<string, { address: string; parameters: object }>).map(({ address, parameters }) => {
      expect([...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).to.deep.equal(Object.keys(parameters))
      return address
    })
    const expected = KINDS.flatMap((kind) => ['telemetry', 'event', 'status', 'command', 'command/{id}/result', 'rejected'].map((channel) => `v1/{compound}/${kind}/{device}/${channel}`))
    expect(addresses).to.have.members([...expected, 'v1/{compound}/camera/{device}/snapshot/{ref}', 'v1/{compound}/alarms/{alarm}'])
  })

  it('has schemas that accept what the platform takes without a fault, and nothing else', () => {
    const ajv = new Ajv2020({ strict: false })
    const bodies: unknown[] = [{ ts: 1 }, { ts: 1, unknown: 1 }, {}, [], { battery: 5 }, { ts: 1, battery: 5 }, { ts: 1, battery: 101 }, { ts: -1, battery: 5 }, { ts: 1, type: 'nonsense' }]
    for (const kind of KINDS) {
      for (const type of Object.keys(KIND_DEFINITIONS[kind].events)) bodies.push({ ts: 1, type }, [{ ts: 1, type, boot: 'b', seq: 1 }], { type })
      for (const channel of ['telemetry', 'event'] as const) {
        const payload = pointed(document, `#/channels/${kind}.${channel}/messages/message/payload`) as Json
        const validate = ajv.compile({ ...payload, components: document['components'] })
        for (const body of bodies) {
          const { faults } = decodeReport(kind, channel, new TextEncoder().encode(JSON.stringify(body)))
          expect(validate(body), `${kind} ${channel} ${JSON.stringify(body)}`).to.equal(faults.length === 0)
        }
      }
    }
  })

  it('names units and both languages', () => {
    const { properties } = pointed(document, '#/components/schemas/smokeTelemetry') as { properties: Record<string, Json> }
    expect(properties['temperature']).to.deep.include({ 'title': '温度 · Temperature', 'x-unit': '°C', 'minimum': -40, 'maximum': 125 })
  })
})
