/** What our nodes use of Node-RED 5; the published types are those of version 1. */
import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { PlatformAccess } from '../../messages.ts'

export type Message = Record<string, unknown>
/** One message, or one for each output (null: none there). */
export type Send = (messages: Message | readonly (Message | null)[]) => void

export interface Status {
  readonly fill?: 'red' | 'green' | 'yellow' | 'grey' | 'blue'
  readonly shape?: 'dot' | 'ring'
  readonly text?: string
}

export interface RedNode extends EventEmitter {
  readonly id: string
  readonly credentials?: Readonly<Record<string, string | undefined>>
  readonly send: Send
  status(status: Status): void
  error(why: unknown, message?: Message): void
  warn(why: unknown): void
  on(event: 'input', listener: (message: Message, send: Send, done: (error?: Error) => void) => void | Promise<void>): this
  on(event: 'close', listener: ((done: () => void) => void) | ((isRemoved: boolean, done: () => void) => void)): this
}

/** What stands in the flow for a node; each text is what somebody typed. */
export type Definition = Readonly<Record<string, unknown>> & { readonly id: string }

interface Answer {
  status(code: number): Answer
  json(body: unknown): void
}
type Handler = (request: IncomingMessage & { readonly query: Readonly<Record<string, unknown>> }, answer: Answer, next: () => void) => void

export interface Red {
  readonly nodes: {
    createNode(node: RedNode, definition: Definition): void
    getNode(id: unknown): RedNode | null
    registerType(type: string, constructor: (this: RedNode, definition: Definition) => void, options?: { readonly credentials: Readonly<Record<string, { readonly type: 'text' | 'password' }>> }): void
  }
  readonly settings: {
    /** Set by the platform that supervises Node-RED; not there where it runs elsewhere. */
    readonly gatehouse?: PlatformAccess
    /** Where Node-RED keeps what it keeps. */
    readonly userDir?: string
  }
  readonly httpAdmin: { get(path: string, ...handlers: Handler[]): void }
  readonly auth: { needsPermission(permission: string): Handler }
}
