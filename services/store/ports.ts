/**
 * What the platform asks of its stores. Implementations live in a folder each (`sqlite/`, `influx/`); whoever uses a store knows this file only.
 * Every port has a contract suite under `test/services/store/`.
 */
export type * from './ports/journal.ts'
export type * from './ports/records.ts'
export type * from './ports/operations.ts'
export type * from './ports/queries.ts'
export type * from './ports/history.ts'
