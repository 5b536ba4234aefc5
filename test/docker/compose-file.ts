import { parse } from 'yaml'

/** A service of the compose file, as far as the tests look at it. */
export interface ComposeService {
  readonly image?: string
  readonly command?: readonly string[]
  readonly build?: string
  readonly pull_policy?: string
  readonly restart?: string
  readonly depends_on?: unknown
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly env_file?: readonly { readonly path: string; readonly required: boolean }[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
}
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** Reads a compose file as `docker compose` would with these variables: `${NAME:-default}` is filled in, also within a default. */
export function readCompose(text: string, variables: Readonly<Record<string, string>> = {}): ComposeFile {
  return fill(parse(text, { merge: true }), variables) as ComposeFile
}

function fill(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return fillText(value, variables)
  if (Array.isArray(value)) return value.map((one) => fill(one, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, variables)]))
}

function fillText(text: string, variables: Readonly<Record<string, string>>): string {
  // From the innermost outwards: a default has no braces left once its own variables are filled in.
  const innermost = /\$\{([A-Z_]+):-([^${}]*)\}/
  let filled = text
  for (let found = innermost.exec(filled); found; found = innermost.exec(filled)) {
    const [whole, name = '', fallback = ''] = found
    filled = filled.replace(whole, () => variables[name] || fallback)
  }
  if (filled.includes('${')) throw new Error(`the tests do not know this form of a variable: ${text}`)
  return filled
}
