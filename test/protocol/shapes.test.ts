import { expect } from 'chai'
import * as fc from 'fast-check'
import type Joi from 'joi'
import { fieldCheck, fieldSchema } from '../../protocol/fields.ts'
import { KINDS } from '../../protocol/names.ts'
import { COMMAND_RESULT_SHAPE, EVENT_SHAPES, STATUS_SHAPE, TELEMETRY_SHAPES, accept } from '../../protocol/shapes.ts'
import type { Shape } from '../../protocol/shapes.ts'
import type { Field } from '../../protocol/kinds/index.ts'

const shapes = [...KINDS.flatMap((kind) => [TELEMETRY_SHAPES[kind], EVENT_SHAPES[kind]]), STATUS_SHAPE, COMMAND_RESULT_SHAPE]

const joiAccepts = (schema: Joi.Schema, value: unknown): boolean => schema.validate(value, { abortEarly: false, convert: false }).error === undefined

/** Values at, just inside and just outside of what the field allows, and any others. */
function near(field: Field): fc.Arbitrary<unknown> {
  const anything = fc.constantFrom(null, '', '0', 'true', -0, 1.5, -1, 2 ** 53, Number.MAX_VALUE, Infinity, NaN, true, false, [], {}, '\u0000', '\uD800', '😀', 'a\nb')
  if (field.type === 'number') {
    const edges = fc.constantFrom(field.min, field.max, field.min - 1, field.max + 1, (field.min + field.max) / 2)
    const inside = field.whole === true ? fc.integer({ min: field.min, max: Math.min(field.max, 2 ** 31) }) : fc.double({ min: field.min, max: field.max, noNaN: true })
    return fc.oneof(edges, inside, fc.double(), anything)
  }
  if (field.type === 'enum') return fc.oneof(fc.constantFrom(...field.values), fc.string(), anything)
  if (field.type === 'text') {
    const edges = fc.constantFrom(field.maxCharacters, field.maxCharacters + 1).chain((length) => fc.constantFrom('x'.repeat(length), '😀'.repeat(length)))
    return fc.oneof(edges, fc.string({ unit: 'binary', maxLength: field.maxCharacters + 2 }), anything)
  }
  return fc.oneof(fc.boolean(), anything)
}

function objectOf(shape: Shape): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.fromEntries([...shape.fields].map(([key, { field }]) => [key, near(field)]))
  return fc.record({ ...keys, further: fc.jsonValue() }, { requiredKeys: [] })
}

/** Objects in which most is right, so that joi accepts a good part of them. */
function mostlyRight(shape: Shape): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.fromEntries([...shape.fields].map(([key, { field, accepts }]) => [key, near(field).filter((value) => accepts(value) || joiAccepts(fieldSchema(field), value))]))
  return fc.record({ ...keys, further: fc.jsonValue() }, { requiredKeys: shape.required as never[] })
}

describe('the fast check of what devices send', () => {
  it('accepts exactly what joi accepts, field by field', () => {
    const fields = shapes.flatMap((shape) => [...shape.fields.values()].map(({ field }) => field))
    for (const field of fields) {
      const [schema, check] = [fieldSchema(field).required(), fieldCheck(field)]
      fc.assert(fc.property(near(field), (value) => {
        expect(check(value), `${JSON.stringify(field)} ${String(value)}`).to.equal(joiAccepts(schema, value))
      }), { numRuns: 100 })
    }
  })

  for (const shape of shapes) {
    it(`accepts exactly what joi accepts: ${shape.name}`, () => {
      const right = { fast: 0, joi: 0 }
      fc.assert(fc.property(fc.oneof(objectOf(shape), mostlyRight(shape)), (object) => {
        const joi = joiAccepts(shape.schema, object)
        const fast = accept(shape, object) !== null
        right.joi += Number(joi)
        right.fast += Number(fast)
        expect(fast).to.equal(joi)
      }), { numRuns: 300 })
      expect(right.joi).to.be.greaterThan(20)
    })
  }
})
