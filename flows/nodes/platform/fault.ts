/** Something that a flow did wrong, or that the platform refused. Its `code` is the problem's, its message names the field; a catch node gets both. */
export class FlowFault extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FlowFault'
    this.code = code
  }
}

/** `bad-input`: this field cannot be used. */
export function badField(field: string, must: string, found: unknown): FlowFault {
  return new FlowFault('bad-input', `${field} ${must}, was ${found === undefined ? 'missing' : JSON.stringify(found)?.slice(0, 100)}`)
}

/** The error of whatever was thrown. */
export function asFault(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
