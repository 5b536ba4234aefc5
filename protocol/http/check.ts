/** Checking what came in by HTTP or Socket.io: all faults at once, each with its path. */
import type Joi from 'joi'

/** One fault of an input; `path` as in `buildings[3].units`, empty for the whole. */
export interface InputFault {
  readonly path: string
  readonly message: string
}
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly InputFault[] }

/** Deeper than any request of the contract; lets nothing recurse over a body of ten thousand brackets. */
const MAX_DEPTH = 16
/** More faults than a person reads; a body of one array can have hundreds of thousands. */
const MAX_FAULTS = 100

const OPTIONS: Joi.ValidationOptions = {
  abortEarly: false,
  convert: false,
  errors: { label: 'path', wrap: { label: false, array: false } },
  messages: {
    'any.required': '{{#label}} is missing',
    'object.unknown': '{{#label}} is not known here',
    'string.empty': '{{#label}} must not be empty'
  }
}

/** Checks a JSON body; no body counts as an empty object, so that what is missing is named. Never throws, whatever the value is. */
export function checkWith<T>(schema: Joi.Schema<T>, value: unknown): Checked<T> {
  const hostile = findHostile(value)
  return hostile ? { ok: false, faults: [hostile] } : check(schema, value === undefined ? {} : value, OPTIONS)
}

/** Checks the parameters of a query, which are text: `"20"` becomes 20 and `"true"` true where the schema says so. */
export function checkQuery<T>(schema: Joi.Schema<T>, query: unknown): Checked<T> {
  const hostile = findHostile(query)
  return hostile ? { ok: false, faults: [hostile] } : check(schema, query, { ...OPTIONS, convert: true })
}

function check<T>(schema: Joi.Schema<T>, value: unknown, options: Joi.ValidationOptions): Checked<T> {
  const result = schema.validate(value, options)
  if (result.error === undefined) return { ok: true, value: result.value }
  const faults = result.error.details.slice(0, MAX_FAULTS).map(({ path, message }) => ({ path: pathOf(path), message }))
  return { ok: false, faults }
}

/** `['buildings', 3, 'units']` → `buildings[3].units`. */
export function pathOf(path: readonly (string | number)[]): string {
  let text = ''
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  return text
}

/** What joi must not see: a key `__proto__` (its copy of the object would inherit from it), or nesting that it would recurse over. */
function findHostile(value: unknown): InputFault | null {
  let level: { path: string; value: unknown }[] = [{ path: '', value }]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return { path: '', message: `must not be nested deeper than ${MAX_DEPTH} levels` }
    const next: typeof level = []
    for (const { path, value } of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const [key, child] of Object.entries(value)) {
        const childPath = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
        if (key === '__proto__') return { path: childPath, message: `${childPath} is not known here` }
        if (typeof child === 'object' && child !== null) next.push({ path: childPath, value: child })
      }
    }
    level = next
  }
  return null
}
