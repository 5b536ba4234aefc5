/** What we use of Node-RED, as it is in version 5; the published types are those of version 1. */
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import red from 'node-red'
import type { FlowNode } from '../protocol/http/flows.ts'

export interface LogEntry {
  readonly level: number
  readonly msg: unknown
  readonly type?: string
  readonly name?: string
  readonly id?: string
}

interface NodeRed {
  init(server: Server, settings: Readonly<Record<string, unknown>>): void
  start(): Promise<void>
  stop(): Promise<void>
  readonly version: string
  readonly events: EventEmitter
  readonly httpAdmin: (request: IncomingMessage, response: ServerResponse) => void
  readonly runtime: {
    readonly flows: {
      getFlows(asked: object): Promise<{ readonly flows: readonly FlowNode[] }>
      setFlows(asked: { readonly user: object; readonly flows: { readonly flows: readonly FlowNode[] }; readonly deploymentType: 'full' }): Promise<unknown>
    }
  }
}

export const RED = red as unknown as NodeRed
