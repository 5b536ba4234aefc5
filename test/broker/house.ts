import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBroker } from '../../broker/broker.ts'
import type { Broker, BrokerOptions } from '../../broker/broker.ts'
import type { Gate, Principal, Published, Recorder } from '../../broker/ports.ts'
import { createLog } from '../../services/kernel/log.ts'
import { eventually } from '../support/eventually.ts'

export type Done = (error: Error | null) => void

/** Remembers everything; `hold` keeps acknowledgements back until `release`. */
export class TestRecorder implements Recorder<Principal> {
  readonly messages: Published<Principal>[] = []
  readonly events: string[] = []
  readonly held: Done[] = []
  hold: ((message: Published<Principal>) => boolean) | null = null
  /** What happens instead of recording. */
  failWith: (() => Error | 'throw') | null = null

  published(message: Published<Principal>, done: Done): void {
    const failure = this.failWith?.()
    if (failure === 'throw') throw new Error('the recorder threw')
    this.messages.push(message)
    this.events.push(`published ${message.topic}`)
    if (failure) setImmediate(done, failure)
    else if (this.hold?.(message)) this.held.push(done)
    else setImmediate(done, null)
  }

  connected(principal: Principal, session: number): void {
    this.events.push(`connected ${principal.id} ${session}`)
  }

  disconnected(principal: Principal, session: number, reason: string): void {
    this.events.push(`disconnected ${principal.id} ${session} ${reason}`)
  }

  violated(principal: Principal, code: string): void {
    this.events.push(`violated ${principal.id} ${code}`)
  }

  release(): void {
    this.hold = null
    for (const done of this.held.splice(0)) done(null)
  }

  /** Resolves when an event that begins like this is on record. */
  async saw(start: string): Promise<string> {
    return eventually(start, () => this.events.find((event) => event.startsWith(start)))
  }

  topics(): string[] {
    return this.messages.map(({ topic }) => topic)
  }
}

/** The password is `right`; topics under `forbidden/` are nobody's, what clients say under `passing/` is not kept. */
export const testGate: Gate<Principal> = {
  authenticate: ({ clientId, password }) => {
    const text = password === undefined ? '' : Buffer.from(password).toString()
    return text === 'right' ? { ok: true, principal: { id: clientId } } : { ok: false, code: 4, why: 'wrong password' }
  },
  mayPublish: (_principal, topic) => !topic.startsWith('forbidden/'),
  maySubscribe: (_principal, filter) => !filter.startsWith('forbidden/'),
  mayReceive: (_principal, topic) => !topic.startsWith('secret/'),
  mayRetain: (_principal, topic) => !topic.startsWith('passing/')
}

export interface House {
  readonly broker: Broker
  readonly recorder: TestRecorder
  readonly port: number
  readonly directory: string
  close(): Promise<void>
}

/** A broker on a free port with a folder of its own; `close` ends it and removes the folder unless it was given. */
export async function openHouse(options: Partial<BrokerOptions<Principal>> = {}): Promise<House> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'gatehouse-broker-test-'))
  const recorder = new TestRecorder()
  const broker = createBroker<Principal>({
    gate: testGate, recorder, log: createLog('silent'), tcp: { host: '127.0.0.1', port: 0 }, ...options, directory
  })
  const { tcp } = await broker.start()
  return {
    broker, recorder, directory, port: tcp ?? 0,
    async close() {
      await broker.stop()
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
    }
  }
}
