import type { Level } from 'level'

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: string }

interface Group {
  readonly operations: Operation[]
  readonly written: PromiseWithResolvers<void>
}
interface Range {
  readonly gte: string
  readonly lt: string
}

/**
 * A Level database whose writes share their way to the disk: what is written while one batch is under way is the next batch. A call into LevelDB costs the main
 * thread 50–100 µs however little it writes, and a district that comes back writes four times a device. A promise resolves when its batch is written; batches
 * are written in the order of the calls. What is not written yet is not read.
 */
export class GroupedLevel {
  readonly #db: Level<string, Buffer>
  #gathered: Group | null = null
  #busy: Promise<void> | null = null

  constructor(db: Level<string, Buffer>) {
    this.#db = db
  }

  open(): Promise<void> {
    return this.#db.open()
  }

  /** Writes what was given before. */
  async close(): Promise<void> {
    while (this.#busy) await this.#busy
    await this.#db.close()
  }

  put(key: string, value: Buffer): Promise<void> {
    return this.#add({ type: 'put', key, value })
  }

  del(key: string): Promise<void> {
    return this.#add({ type: 'del', key })
  }

  /** A list of operations, or with none the beginning of a chained batch; either is written as one. */
  batch(operations: readonly Operation[]): Promise<void>
  batch(): ChainedBatch
  batch(operations?: readonly Operation[]): Promise<void> | ChainedBatch {
    if (!operations) return new ChainedBatch((gathered) => this.batch(gathered))
    let written = Promise.resolve()
    for (const operation of operations) written = this.#add(operation)
    return written
  }

  get(key: string): Promise<Buffer | undefined> {
    return this.#db.get(key)
  }

  keys(range: Range): AsyncIterable<string> {
    return this.#db.keys(range)
  }

  values(range: Range): AsyncIterable<Buffer> {
    return this.#db.values(range)
  }

  iterator(range: Range): AsyncIterable<[string, Buffer]> {
    return this.#db.iterator(range)
  }

  /** Removes everything under the range that is written by now. */
  async clear(range: Range): Promise<void> {
    const operations: Operation[] = []
    for await (const key of this.#db.keys(range)) operations.push({ type: 'del', key })
    await this.batch(operations)
  }

  #add(operation: Operation): Promise<void> {
    this.#gathered ??= { operations: [], written: Promise.withResolvers<void>() }
    const { operations, written } = this.#gathered
    operations.push(operation)
    this.#busy ??= this.#write()
    return written.promise
  }

  /** Never rejects; whoever waits for a group hears of its failure. */
  async #write(): Promise<void> {
    // What the same turn of the event loop brings shares the batch.
    await new Promise<void>((next) => void setImmediate(next))
    for (let group = this.#gathered; group; group = this.#gathered) {
      this.#gathered = null
      try {
        await this.#db.batch(group.operations)
        group.written.resolve()
      } catch (error) {
        group.written.reject(error)
      }
    }
    this.#busy = null
  }
}

/** As far as aedes-persistence-level uses it. */
export class ChainedBatch {
  readonly #operations: Operation[] = []
  readonly #batch: (operations: readonly Operation[]) => Promise<void>

  constructor(batch: (operations: readonly Operation[]) => Promise<void>) {
    this.#batch = batch
  }

  del(key: string): void {
    this.#operations.push({ type: 'del', key })
  }

  write(): Promise<void> {
    return this.#batch(this.#operations)
  }
}
