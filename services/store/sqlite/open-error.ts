import { GatehouseError, asError } from '../../kernel/errors.ts'

/** Says which file could not be opened; SQLite does not. Errors that have a code of ours say it already. */
export function openError(path: string, thrown: unknown): Error {
  if (thrown instanceof GatehouseError) return thrown
  return new GatehouseError('cannot-open-file', `${path}: ${asError(thrown).message}`, { cause: thrown })
}
