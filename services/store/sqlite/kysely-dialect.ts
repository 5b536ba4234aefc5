/**
 * Kysely writes the SQL, `node:sqlite` runs it: synchronously, from a cache of prepared statements, so that a transaction
 * of thousands of rows neither waits for a promise nor compiles anything twice.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Compilable, CompiledQuery } from 'kysely'
import type { Tables } from './tables.ts'

/** Builds and compiles queries; it has no connection of its own. */
export const query = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler()
  }
})

type Bound = number | string | null | Uint8Array

/** Runs what Kysely compiled on one connection. */
export class Statements {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  all<Row>(built: Compilable<Row>): Row[] {
    const { sql, parameters } = built.compile()
    return this.#prepare(sql).all(...parameters as readonly Bound[]) as Row[]
  }

  first<Row>(built: Compilable<Row>): Row | undefined {
    return this.all(built)[0]
  }

  run(built: Compilable): void {
    this.runCompiled(built.compile())
  }

  runCompiled({ sql, parameters }: CompiledQuery): void {
    this.#prepare(sql).run(...parameters as readonly Bound[])
  }

  /** A query that is compiled and prepared once; `bind` gives the values for its parameters, in the order in which they stand in it. */
  repeated(built: Compilable): (...bind: Bound[]) => void {
    const { sql } = built.compile()
    const statement = this.#db.prepare(sql)
    return (...bind) => void statement.run(...bind)
  }

  /** All of `work` or nothing. */
  transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}

/**
 * An upsert by the `key` columns that is compiled once. Its function takes whole rows with the columns in `columns`.
 * Composite keys are named in their order.
 */
export function upsertOf<T extends keyof Tables>(
  statements: Statements, table: T, columns: readonly (keyof Tables[T] & string)[], key: readonly (keyof Tables[T] & string)[]
): (row: Tables[T]) => void {
  const sample = Object.fromEntries(columns.map((column) => [column, 0]))
  const rest = columns.filter((column) => !key.includes(column))
  // The columns come as a list, so their types are checked by the function's own signature.
  const name: string = table
  const names: readonly string[] = key
  const built = (query as unknown as Kysely<Record<string, Record<string, Bound>>>).insertInto(name).values(sample).onConflict((conflict) => conflict.columns(names).doUpdateSet(
    (eb) => Object.fromEntries(rest.map((column) => [column, eb.ref(`excluded.${column}`)]))
  ))
  const run = statements.repeated(built)
  return (row) => run(...columns.map((column) => row[column] as Bound))
}
