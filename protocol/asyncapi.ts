/** The AsyncAPI 3.0 document of the MQTT side, made from the topics and the kinds of device. */
import Joi from 'joi'
import { alarm } from './http/alarms.ts'
import { count, line, millis } from './http/common.ts'
import { toJsonSchema } from './json-schema.ts'
import type { Components, JsonSchema } from './json-schema.ts'
import { fieldSchema } from './fields.ts'
import type { Field, KindDefinition } from './kinds/definition.ts'
import { KIND_DEFINITIONS } from './kinds/index.ts'
import { MAX_ELEMENTS } from './limits.ts'
import { KINDS } from './names.ts'
import type { Kind } from './names.ts'
import { COMMAND_RESULT_SHAPE, EVENT_SHAPES, STATUS_SHAPE, TELEMETRY_SHAPES } from './shapes.ts'
import type { Shape } from './shapes.ts'
import { REF_PATTERN } from './topics.ts'

interface Exchange {
  readonly id: string
  readonly address: string
  /** From where the platform stands. */
  readonly action: 'send' | 'receive'
  readonly retain: boolean
  readonly qos: 0 | 1
  readonly summary: string
  readonly payload: JsonSchema
  readonly contentType?: string
}

const PARAMETERS: Readonly<Record<string, { description: string }>> = {
  compound: { description: 'Id of the compound: `[a-z0-9][a-z0-9-]{0,31}`' },
  device: { description: 'Id of the device: `[a-z0-9][a-z0-9-]{0,63}`; also client id and user name' },
  ref: { description: `Joins a picture to an event: \`${REF_PATTERN.source}\`` },
  id: { description: 'Id of the command' },
  alarm: { description: 'Id of the alarm' }
}

/** What a device is told of what it sent wrong. */
const rejected = Joi.object({
  code: Joi.string().required(),
  message: Joi.string().required(),
  path: Joi.string().allow('').required(),
  channel: Joi.string().required(),
  boot: Joi.string().allow('', null).required(),
  seq: count().allow(null).required(),
  receivedAt: millis().required()
}).meta({ name: 'Rejected' })

/** AsyncAPI 3.0, as `GET /api/v1/asyncapi.json` answers it. The application that it describes is the platform: it receives what devices send. */
export function asyncApi(): object {
  const components: Components = { schemas: {} }
  const exchanges = [...KINDS.flatMap((kind) => exchangesOf(kind, components)), alarms(components)]
  const channels: Record<string, object> = {}
  const operations: Record<string, object> = {}
  for (const exchange of exchanges) {
    channels[exchange.id] = channelObject(exchange)
    operations[`${exchange.action}.${exchange.id}`] = operationObject(exchange)
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Gatehouse MQTT',
      version: '1',
      description: 'MQTT 3.1.1. Client id = user name = device id, password = device token. A PUBACK means that the message is on the disk. '
        + 'What cannot be used is acknowledged, kept in quarantine and answered on `rejected`. No certified fire alarm panel.',
      license: { name: 'Apache-2.0' }
    },
    defaultContentType: 'application/json',
    servers: {
      tcp: { host: '{host}:1883', protocol: 'mqtt', protocolVersion: '3.1.1', variables: { host: { default: 'localhost' } } },
      tls: { host: '{host}:8883', protocol: 'mqtts', protocolVersion: '3.1.1', variables: { host: { default: 'localhost' } } },
      websocket: { host: '{host}:3000', pathname: '/mqtt', protocol: 'ws', variables: { host: { default: 'localhost' } } }
    },
    channels,
    operations,
    components: { schemas: components.schemas }
  }
}

function exchangesOf(kind: Kind, components: Components): Exchange[] {
  const definition = KIND_DEFINITIONS[kind]
  const base = `v1/{compound}/${kind}/{device}`
  const telemetry = named(`${kind}Telemetry`, reportSchema(TELEMETRY_SHAPES[kind], definition.telemetry), components)
  const event = named(`${kind}Event`, eventSchema(kind, definition), components)
  const plain = { retain: false, qos: 1 } as const
  const exchanges: Exchange[] = [
    { ...plain, id: `${kind}.telemetry`, address: `${base}/telemetry`, action: 'receive', summary: 'Measured values; `ts` and at least one value', payload: oneOrMany(telemetry) },
    { ...plain, id: `${kind}.event`, address: `${base}/event`, action: 'receive', summary: 'Something that happened', payload: oneOrMany(event) },
    { ...plain, retain: true, id: `${kind}.status`, address: `${base}/status`, action: 'receive', summary: 'Online or offline; also the last will', payload: named('Status', shapeSchema(STATUS_SHAPE), components) },
    { ...plain, id: `${kind}.command`, address: `${base}/command`, action: 'send', summary: 'Something to do', payload: named(`${kind}Command`, commandSchema(definition), components) },
    { ...plain, id: `${kind}.command-result`, address: `${base}/command/{id}/result`, action: 'receive', summary: 'How it went', payload: named('CommandResult', shapeSchema(COMMAND_RESULT_SHAPE), components) },
    { ...plain, qos: 0, id: `${kind}.rejected`, address: `${base}/rejected`, action: 'send', summary: 'What was wrong with a message; at most one a second', payload: toJsonSchema(rejected, components) }
  ]
  if (kind !== 'camera') return exchanges
  const snapshot: Exchange = {
    ...plain, id: 'camera.snapshot', address: `${base}/snapshot/{ref}`, action: 'receive', summary: 'A picture of at most 512 KiB', contentType: 'image/jpeg',
    payload: { type: 'string', contentMediaType: 'image/jpeg' }
  }
  return [...exchanges, snapshot]
}

function alarms(components: Components): Exchange {
  return {
    id: 'alarms', address: 'v1/{compound}/alarms/{alarm}', action: 'send', retain: true, qos: 1,
    summary: 'An alarm, retained while it is open; `-` in place of the compound where it is about the platform itself',
    payload: toJsonSchema(alarm, components)
  }
}

function channelObject({ address, payload, summary, contentType }: Exchange): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    address,
    description: summary,
    parameters: Object.fromEntries(names.map((name) => [name, PARAMETERS[name]])),
    messages: { message: { ...(contentType && { contentType }), payload } }
  }
}

function operationObject({ id, action, summary, qos, retain }: Exchange): object {
  return {
    action,
    summary,
    channel: { $ref: `#/channels/${id}` },
    messages: [{ $ref: `#/channels/${id}/messages/message` }],
    bindings: { mqtt: { qos, retain } }
  }
}

function named(name: string, schema: JsonSchema, components: Components): JsonSchema {
  components.schemas[name] = schema
  return { $ref: `#/components/schemas/${name}` }
}

function oneOrMany(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'array', minItems: 1, maxItems: MAX_ELEMENTS, items: schema }] }
}

/** `ts` and at least one value. */
function reportSchema(shape: Shape, fields: KindDefinition['telemetry']): JsonSchema {
  return { ...shapeSchema(shape), anyOf: Object.keys(fields).map((name) => ({ required: [name] })) }
}

function eventSchema(kind: Kind, { events }: KindDefinition): JsonSchema {
  const described = Object.entries(events).map(([type, { label }]) => `\`${type}\` ${label.zh} · ${label.en}`)
  return { ...shapeSchema(EVENT_SHAPES[kind]), description: described.join('; ') }
}

function shapeSchema(shape: Shape): JsonSchema {
  const converted = toJsonSchema(shape.schema, { schemas: {} }) as { properties: Record<string, JsonSchema> }
  const properties = Object.entries(converted.properties).map(([name, schema]) => [name, { ...schema, ...annotation(shape.fields.get(name)?.field) }])
  return { ...converted, properties: Object.fromEntries(properties) as Record<string, JsonSchema> }
}

function annotation(field: Field | undefined): JsonSchema {
  if (!field) return {}
  const unit = field.type === 'number' && field.unit !== null ? { 'x-unit': field.unit } : {}
  return { title: `${field.label.zh} · ${field.label.en}`, ...unit }
}

function commandSchema({ commands }: KindDefinition): JsonSchema {
  const common = { id: line(64).required(), expiresAt: millis().required() }
  return {
    anyOf: Object.entries(commands).map(([name, { args, closed, label }]) => {
      const keys = Object.entries(args).map(([key, field]) => [key, fieldSchema(field).required()])
      const argsSchema = Joi.object(Object.fromEntries(keys) as Record<string, Joi.AnySchema>).unknown(!closed)
      const schema = Joi.object({ ...common, name: Joi.string().valid(name).required(), args: argsSchema.required() }).unknown()
      return toJsonSchema(schema.description(`${label.zh} · ${label.en}`), { schemas: {} })
    })
  }
}
