/** The OpenAPI 3.1 document, made from the table of routes. */
import type Joi from 'joi'
import { toJsonSchema } from './json-schema.ts'
import type { Components, JsonSchema } from './json-schema.ts'
import { SESSION_COOKIE } from './http/access.ts'
import { problem } from './http/common.ts'
import { NDJSON, ROUTES } from './routes.ts'
import type { Route } from './routes.ts'

/** Any route, whatever its types. */
type AnyRoute = Route<unknown, unknown, unknown, unknown>

const JSON_TYPE = 'application/json'
const PROBLEM_TYPE = 'application/problem+json'

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is wrong; `faults` names everything that is wrong with it',
  401: 'Not logged in, or the login is wrong',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in the present state',
  413: 'Too large',
  415: 'Wrong content type',
  429: 'Too many requests',
  500: 'The platform failed',
  503: 'Not ready'
}

/** OpenAPI 3.1, as `GET /api/v1/openapi.json` answers it. */
export function openApi(): object {
  const components: Components = { schemas: {} }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [id, route] of Object.entries(ROUTES) as unknown as [string, AnyRoute][]) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operation(id, route, components)
  }
  toJsonSchema(problem, components)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version: '1',
      summary: '智慧安防小区平台接口 · Smart security for residential compounds',
      description: 'Time is whole milliseconds since 1970 UTC. Errors are problem documents (RFC 9457) with a stable `code`. '
        + 'Lists answer `next`, to be given as `cursor`. A changing request with a cookie must carry an `Origin` of the site.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values(ROUTES).map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
        token: { type: 'http', scheme: 'bearer' }
      }
    }
  }
}

function operation(id: string, route: AnyRoute, components: Components): object {
  const open = route.permission === 'anyone'
  const statuses = new Set([...route.problems, ...(open ? [] : [401, 403]), 429, 500])
  const responses: Record<string, unknown> = { [route.success.status]: success(route, components) }
  for (const status of [...statuses].sort((a, b) => a - b)) {
    responses[status] = { description: MEANINGS[status], content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } }
  }
  return {
    operationId: id,
    tags: [route.tag],
    summary: `${route.summary.zh} · ${route.summary.en}`,
    ...(!open && { description: `Needs the permission \`${route.permission}\`.` }),
    security: open ? [] : [{ session: [] }, { token: [] }],
    parameters: [...parameters(route.params, 'path', components), ...parameters(route.query, 'query', components)],
    ...(route.body && { requestBody: { required: true, content: content(route.bodyType ?? JSON_TYPE, route.body, components) } }),
    responses
  }
}

function success({ success }: AnyRoute, components: Components): object {
  if (!success.body) return { description: 'Done' }
  return { description: success.status === 201 ? 'Made' : 'The answer', content: content(success.type ?? JSON_TYPE, success.body, components) }
}

/** With NDJSON the schema is that of one line. */
function content(type: string, schema: Joi.Schema, components: Components): object {
  const converted = toJsonSchema(schema, components)
  return { [type]: { schema: type === NDJSON ? { ...converted, description: 'One line' } : converted } }
}

function parameters(schema: Joi.Schema | null, place: 'path' | 'query', components: Components): object[] {
  if (!schema) return []
  const { properties, required = [] } = toJsonSchema(schema, components) as { properties: Record<string, JsonSchema>; required?: readonly string[] }
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: required.includes(name), schema: property }))
}
