import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import * as fc from 'fast-check'
import Joi from 'joi'
import { toJsonSchema } from '../../protocol/json-schema.ts'
import type { Components, JsonSchema } from '../../protocol/json-schema.ts'
import { ROUTES } from '../../protocol/routes.ts'
import { KINDS } from '../../protocol/names.ts'
import { COMMAND_RESULT_SHAPE, EVENT_SHAPES, STATUS_SHAPE, TELEMETRY_SHAPES } from '../../protocol/shapes.ts'

const schemas: [string, Joi.Schema][] = []
for (const [id, { query, body, success }] of Object.entries(ROUTES)) {
  if (query) schemas.push([`${id} query`, query])
  if (body) schemas.push([`${id} body`, body])
  if (success.body) schemas.push([`${id} answer`, success.body])
}
for (const shape of [...KINDS.flatMap((kind) => [TELEMETRY_SHAPES[kind], EVENT_SHAPES[kind]]), STATUS_SHAPE, COMMAND_RESULT_SHAPE]) schemas.push([shape.name, shape.schema])

/** Values for a JSON Schema: right ones mostly, and at each place now and then something else. With a prototype, as what comes of JSON. */
function valueFor(schema: JsonSchema, components: Components): fc.Arbitrary<unknown> {
  const other = fc.constantFrom<unknown>(null, '', 'x', 'c07', 0, -1, 1.5, 10 ** 9, true, [], {}, 'a\u0000', '\uD800', 'X'.repeat(70))
  return fc.oneof({ arbitrary: rightFor(schema, components), weight: 12 }, { arbitrary: other, weight: 1 })
}

function rightFor(schema: JsonSchema, components: Components): fc.Arbitrary<unknown> {
  if (typeof schema['$ref'] === 'string') return valueFor(components.schemas[schema['$ref'].split('/').at(-1)!]!, components)
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as JsonSchema[]).map((one) => valueFor(one, components)))
  if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...(schema['enum'] as unknown[]))
  const [type] = [schema['type']].flat()
  const { minimum = 0, maximum = 1e6 } = schema as { minimum?: number; maximum?: number }
  if (type === 'integer') return fc.oneof(fc.integer({ min: minimum, max: Math.min(maximum, 1e9) }), fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1))
  if (type === 'number') return fc.oneof(fc.double({ min: minimum, max: maximum, noNaN: true }), fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1))
  if (type === 'boolean') return fc.boolean()
  if (type === 'string') return fc.oneof(fc.constantFrom('a', 'c07', 'b-1', 'some text', '文字', '-x'), fc.string({ minLength: 0, maxLength: 8 }))
  if (type === 'array') {
    const places = schema['prefixItems'] as JsonSchema[] | undefined
    return places ? fc.tuple(...places.map((one) => valueFor(one, components))) : fc.array(valueFor(schema['items'] as JsonSchema, components), { maxLength: 3 })
  }
  const { properties = {}, required = [], additionalProperties } = schema as { properties?: Record<string, JsonSchema>; required?: string[]; additionalProperties?: unknown }
  const keys = Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, valueFor(child, components)]))
  const named = fc.record<Record<string, unknown>>(keys, { requiredKeys: fc.sample(fc.boolean(), 1)[0] === true ? [] : required, noNullPrototype: true })
  if (typeof additionalProperties !== 'object') return fc.oneof({ arbitrary: named, weight: 9 }, { arbitrary: named.map((value) => Object.assign(value, { further: 1 })), weight: 1 })
  return fc.tuple(named, fc.dictionary(fc.constantFrom('a', 'b'), valueFor(additionalProperties as JsonSchema, components), { noNullPrototype: true })).map(([one, two]) => Object.assign(two, one))
}

describe('the JSON Schema of a joi schema', () => {
  for (const [name, schema] of schemas) {
    it(`accepts exactly what joi accepts: ${name}`, () => {
      const components: Components = { schemas: {} }
      const converted = toJsonSchema(schema, components)
      const ajv = new Ajv2020({ strict: false })
      const validate = ajv.compile({ ...converted, components: components })
      fc.assert(fc.property(valueFor(converted, components), (value) => {
        // `undefined` is no JSON; joi also compares unique items by one key only, which JSON Schema cannot say.
        const joi = schema.validate(value, { abortEarly: false, convert: false }).error
        if (joi?.details.some(({ type }) => type === 'array.unique')) return
        expect(validate(value), `${joi?.message ?? 'joi accepts'} ${JSON.stringify(value)}`).to.equal(joi === undefined)
      }), { numRuns: 150 })
    })
  }

  it('is not made where something would be left out of it', () => {
    expect(() => toJsonSchema(Joi.string().email(), { schemas: {} })).to.throw(TypeError, 'email')
    expect(() => toJsonSchema(Joi.number().multiple(3), { schemas: {} })).to.throw(TypeError, 'multiple')
    expect(() => toJsonSchema(Joi.date(), { schemas: {} })).to.throw(TypeError, 'date')
    expect(() => toJsonSchema(Joi.object({ a: Joi.number() }).min(1), { schemas: {} })).to.throw(TypeError, 'min')
  })
})
