/** A promise that was broken, with a code that is declared once and never reused. Expected outcomes are values instead. */
export class GatehouseError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GatehouseError'
    this.code = code
  }
}

/** One fault of an input: where it is and what is wrong with it. */
export interface Fault {
  /** Path into the input, e.g. `location.building`; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** An input was refused; all its faults at once. */
export class InputError extends GatehouseError {
  readonly faults: readonly Fault[]
  constructor(code: string, message: string, faults: readonly Fault[]) {
    super(code, message)
    this.name = 'InputError'
    this.faults = faults
  }
}

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
