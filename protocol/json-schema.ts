/** joi schemas as JSON Schema (2020-12), read off `describe()`: the documents are made from the checks, never written twice. */
import type Joi from 'joi'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Where named schemas (`.meta({ name })`) are gathered, and how they are pointed at. */
export interface Components {
  readonly schemas: Record<string, JsonSchema>
}

interface Description {
  readonly type?: string
  readonly flags?: { readonly presence?: string; readonly description?: string; readonly only?: boolean; readonly unknown?: boolean; readonly default?: unknown }
  readonly metas?: readonly { readonly name?: string }[]
  readonly allow?: readonly unknown[]
  readonly rules?: readonly { readonly name: string; readonly args?: Readonly<Record<string, unknown>> }[]
  readonly keys?: Readonly<Record<string, Description>>
  readonly patterns?: readonly { readonly rule: Description }[]
  readonly items?: readonly Description[]
  readonly ordered?: readonly Description[]
  readonly matches?: readonly { readonly schema: Description }[]
}

/**
 * Covers what this folder uses: objects, arrays, tuples, strings, numbers, booleans, alternatives, and their rules named below; throws a
 * TypeError for anything else, so that no check is left out of the documents unseen. joi also refuses numbers beyond ±2^53, which is not written down.
 */
export function toJsonSchema(schema: Joi.Schema, components: Components): JsonSchema {
  return convert(schema.describe(), components)
}

function convert(described: Description, components: Components): JsonSchema {
  const name = described.metas?.find((meta) => meta.name !== undefined)?.name
  let schema: JsonSchema
  if (name === undefined) {
    schema = convertType(described, components)
  } else {
    components.schemas[name] ??= convertType(described, components)
    schema = { $ref: `#/components/schemas/${name}` }
  }
  if (described.allow?.includes(null) === true) schema = orNull(schema)
  return described.flags !== undefined && 'default' in described.flags ? { ...schema, default: described.flags.default } : schema
}

function orNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema['enum'])) return { ...schema, type: [schema['type'], 'null'], enum: [...(schema['enum'] as unknown[]), null] }
  return typeof schema['type'] === 'string' ? { ...schema, type: [schema['type'], 'null'] } : { anyOf: [schema, { type: 'null' }] }
}

function convertType(described: Description, components: Components): JsonSchema {
  const { type = 'any' } = described
  switch (type) {
    case 'object':
      return convertObject(described, components)
    case 'array':
      return convertArray(described, components)
    case 'string':
      return convertString(described)
    case 'number':
      return convertNumber(described)
    case 'boolean':
      return { type: 'boolean' }
    case 'alternatives':
      return { anyOf: (described.matches ?? []).map(({ schema }) => convert(schema, components)) }
    default:
      throw new TypeError(`no JSON Schema for a joi schema of type ${type}`)
  }
}

function convertObject(described: Description, components: Components): JsonSchema {
  refuseOtherRules(described, [])
  const keys = Object.entries(described.keys ?? {})
  const required = keys.filter(([, key]) => key.flags?.presence === 'required').map(([key]) => key)
  const [pattern] = described.patterns ?? []
  return {
    type: 'object',
    ...(described.flags?.description !== undefined && { description: described.flags.description }),
    ...(keys.length > 0 && { properties: Object.fromEntries(keys.map(([key, child]) => [key, convert(child, components)])) }),
    ...(required.length > 0 && { required }),
    additionalProperties: pattern ? convert(pattern.rule, components) : described.flags?.unknown === true
  }
}

function convertArray(described: Description, components: Components): JsonSchema {
  const schema: Record<string, unknown> = { type: 'array' }
  if (described.ordered) {
    schema['prefixItems'] = described.ordered.map((item) => convert(item, components))
    schema['items'] = false
    schema['minItems'] = described.ordered.filter((item) => item.flags?.presence === 'required').length
  } else {
    const items = (described.items ?? []).map((item) => convert(item, components))
    schema['items'] = items.length === 1 ? items[0] : { anyOf: items }
  }
  for (const { name, args } of described.rules ?? []) {
    if (name === 'max') schema['maxItems'] = args?.['limit']
    else if (name === 'min') schema['minItems'] = args?.['limit']
    else if (name === 'unique') schema['uniqueItems'] = true
    else throw new TypeError(`no JSON Schema for the rule ${name} of an array`)
  }
  return schema
}

function convertString(described: Description): JsonSchema {
  const schema: Record<string, unknown> = { type: 'string' }
  const allowed = (described.allow ?? []).filter((value) => value !== null)
  if (described.flags?.only === true) return { ...schema, enum: allowed }
  if (!allowed.includes('')) schema['minLength'] = 1
  for (const { name, args } of described.rules ?? []) {
    if (name === 'max') schema['maxLength'] = args?.['limit']
    else if (name === 'pattern') schema['pattern'] = sourceOf(String(args?.['regex']))
    else throw new TypeError(`no JSON Schema for the rule ${name} of a string`)
  }
  return schema
}

function convertNumber(described: Description): JsonSchema {
  const schema: Record<string, unknown> = { type: 'number' }
  for (const { name, args } of described.rules ?? []) {
    if (name === 'integer') schema['type'] = 'integer'
    else if (name === 'min') schema['minimum'] = args?.['limit']
    else if (name === 'max') schema['maximum'] = args?.['limit']
    else throw new TypeError(`no JSON Schema for the rule ${name} of a number`)
  }
  return schema
}

function refuseOtherRules(described: Description, known: readonly string[]): void {
  for (const { name } of described.rules ?? []) if (!known.includes(name)) throw new TypeError(`no JSON Schema for the rule ${name} of an ${described.type}`)
}

/** `/^a$/u` → `^a$`; JSON Schema patterns are Unicode ones by themselves. */
function sourceOf(regex: string): string {
  return regex.slice(1, regex.lastIndexOf('/'))
}
