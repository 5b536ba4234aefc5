/** A small typed link to a worker thread: questions with answers, one-way messages, errors that keep their code, an end that is noticed. */
import { Worker, parentPort, workerData } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'
import { GatehouseError, asError } from './errors.ts'

/** What a thread answers: a name, what is given, what comes back (over `postMessage`, so plain data only). */
export type Calls = Record<string, { readonly given: unknown; readonly answer: unknown }>

/** The words of one link; both of its ends name it. */
export interface Link {
  /** What the thread needs to start. */
  readonly data: unknown
  readonly calls: Calls
  /** One-way, to the thread. */
  readonly told: unknown
  /** One-way, from the thread. */
  readonly said: unknown
}

interface SentError {
  readonly code: string | undefined
  readonly message: string
  readonly stack: string | undefined
}
type ToThread =
  | { readonly type: 'ask'; readonly id: number; readonly name: string; readonly given: unknown }
  | { readonly type: 'tell'; readonly message: unknown }
  | { readonly type: 'stop' }
type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: SentError }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly error: SentError }
  | { readonly type: 'say'; readonly message: unknown }
  | { readonly type: 'stopped'; readonly error: SentError | null }

/** An error in a form that crosses threads. */
function packError(thrown: unknown): SentError {
  const error = asError(thrown)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { code, message: error.message, stack: error.stack }
}

/** The error that was sent: a GatehouseError when it had a code. */
function unpackError(sent: SentError): Error {
  const error = sent.code === undefined ? new Error(sent.message) : new GatehouseError(sent.code, sent.message)
  if (sent.stack !== undefined) error.stack = sent.stack
  return error
}

export interface ThreadOptions<L extends Link> {
  readonly name: string
  /** The worker's file; it calls `serveThread`. */
  readonly file: URL
  readonly data: L['data']
  readonly onSaid: (message: L['said']) => void
  /** The thread ended and nobody asked it to. Nothing is answered any more: the platform is to die loudly. */
  readonly onDeath: (error: Error) => void
}

/** What a thread's own heap takes, bytes; what is no longer used and not yet collected included. */
export interface ThreadMemory {
  readonly used: number
  /** Buffers and strings outside of it that it holds. */
  readonly external: number
}

/** Those that run, by name, for whoever measures them. */
const running = new Map<string, { memory(): Promise<ThreadMemory | null> }>()
export const runningThreads: ReadonlyMap<string, { memory(): Promise<ThreadMemory | null> }> = running

interface Asked {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** The near end. `start` resolves when the thread is ready and rejects with what hindered it. */
export class Thread<L extends Link> {
  readonly #options: ThreadOptions<L>
  readonly #asked = new Map<number, Asked>()
  #worker: Worker | null = null
  #state: 'idle' | 'starting' | 'running' | 'stopping' | 'over' = 'idle'
  #lastId = 0
  #waiting: Asked | null = null

  constructor(options: ThreadOptions<L>) {
    this.#options = options
  }

  start(): Promise<void> {
    this.#state = 'starting'
    const { name, file, data } = this.#options
    const worker = new Worker(file, { name, workerData: data })
    this.#worker = worker
    let cause: Error | null = null
    worker.on('message', (message: FromThread) => this.#receive(message))
    worker.on('error', (error) => void (cause = asError(error)))
    worker.on('exit', (code) => this.#ended(cause ?? new GatehouseError('thread-ended', `thread ${name} ended with exit code ${code}`)))
    return new Promise<void>((resolve, reject) => void (this.#waiting = { resolve: () => resolve(), reject }))
  }

  /** Rejects with the thread's error, or with `thread-ended` when there is nobody to ask. */
  ask<N extends keyof L['calls'] & string>(
    name: N, given: L['calls'][N]['given'], transfer: readonly Transferable[] = []
  ): Promise<L['calls'][N]['answer']> {
    const id = ++this.#lastId
    return new Promise<unknown>((resolve, reject) => {
      if (this.#state !== 'running') {
        reject(new GatehouseError('thread-ended', `thread ${this.#options.name} is not running`))
        return
      }
      this.#asked.set(id, { resolve, reject })
      this.#post({ type: 'ask', id, name, given }, transfer)
    })
  }

  /** Null when it is not running. Answered by the runtime, however busy the thread is with its own work. */
  async memory(): Promise<ThreadMemory | null> {
    const worker = this.#worker
    if (!worker || this.#state !== 'running') return null
    try {
      const { used_heap_size: used, external_memory: external } = await worker.getHeapStatistics()
      return { used, external }
    } catch {
      return null
    }
  }

  /** One-way; lost when the thread has ended (which `onDeath` reported). */
  tell(message: L['told'], transfer: readonly Transferable[] = []): void {
    this.#post({ type: 'tell', message }, transfer)
  }

  /** Lets the thread close what it has open, then ends it. Rejects when it could not close cleanly; it is ended all the same. */
  async stop(): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'stopping'
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { resolve: () => resolve(), reject }
        this.#post({ type: 'stop' })
      })
    } finally {
      this.#state = 'over'
      await this.#worker?.terminate()
    }
  }

  #post(message: ToThread, transfer: readonly Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer)
  }

  #receive(message: FromThread): void {
    switch (message.type) {
      case 'say': this.#options.onSaid(message.message); break
      case 'answer': this.#take(message.id)?.resolve(message.answer); break
      case 'refusal': this.#take(message.id)?.reject(unpackError(message.error)); break
      case 'ready':
        this.#state = 'running'
        running.set(this.#options.name, this)
        this.#waiting?.resolve(undefined)
        break
      case 'failed':
        this.#state = 'over'
        this.#waiting?.reject(unpackError(message.error))
        void this.#worker?.terminate()
        break
      case 'stopped':
        if (message.error) this.#waiting?.reject(unpackError(message.error))
        else this.#waiting?.resolve(undefined)
        break
    }
  }

  #take(id: number): Asked | undefined {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    return asked
  }

  #ended(error: Error): void {
    const state = this.#state
    this.#state = 'over'
    if (running.get(this.#options.name) === this) running.delete(this.#options.name)
    for (const asked of this.#asked.values()) asked.reject(error)
    this.#asked.clear()
    if (state === 'starting' || state === 'stopping') this.#waiting?.reject(error)
    if (state === 'running' || state === 'stopping') this.#options.onDeath(error)
  }
}

/** What the far end does with what it is asked and told. */
export interface Served<L extends Link> {
  readonly calls: { readonly [N in keyof L['calls']]: (given: L['calls'][N]['given']) => L['calls'][N]['answer'] | Promise<L['calls'][N]['answer']> }
  readonly told: (message: L['told']) => void
  readonly stop: () => void | Promise<void>
}

/** The far end, called once by a worker's file. What `open` throws is what the near end's `start` rejects with. */
export async function serveThread<L extends Link>(
  open: (data: L['data'], say: (message: L['said'], transfer?: readonly Transferable[]) => void) => Served<L> | Promise<Served<L>>
): Promise<void> {
  const port = parentPort
  if (!port) throw new GatehouseError('not-a-thread', 'this file runs as a worker thread only')
  const post = (message: FromThread, transfer: readonly Transferable[] = []): void => port.postMessage(message, transfer)
  let served: Served<L>
  try {
    served = await open(workerData as L['data'], (message, transfer) => post({ type: 'say', message }, transfer))
  } catch (thrown) {
    post({ type: 'failed', error: packError(thrown) })
    return
  }
  const answer = async (id: number, name: string, given: unknown): Promise<void> => {
    try {
      const call = served.calls[name as keyof L['calls']]
      post({ type: 'answer', id, answer: await call(given) })
    } catch (thrown) {
      post({ type: 'refusal', id, error: packError(thrown) })
    }
  }
  const stop = async (): Promise<void> => {
    try {
      await served.stop()
      post({ type: 'stopped', error: null })
    } catch (thrown) {
      post({ type: 'stopped', error: packError(thrown) })
    }
  }
  port.on('message', (message: ToThread) => {
    if (message.type === 'tell') served.told(message.message)
    else if (message.type === 'ask') void answer(message.id, message.name, message.given)
    else void stop()
  })
  post({ type: 'ready' })
}
