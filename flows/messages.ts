import type { FlowsState } from '../protocol/http/flows.ts'

/** What Node-RED's process and its supervisor say to each other. */
export type FromNodeRed =
  | { readonly type: 'ready'; readonly port: number }
  /** `flows`: whether they run. */
  | { readonly type: 'beat'; readonly flows: boolean }
  | { readonly type: 'log'; readonly level: 'error' | 'warn' | 'info'; readonly text: string }
  /** The last words before an end that nobody wanted. */
  | { readonly type: 'dying'; readonly text: string }
  /** Asked for through the control calls. */
  | { readonly type: 'restart' }

export type ToNodeRed =
  | { readonly type: 'stop' }

/** What Node-RED's process is told at its start, as JSON in the environment variable `FLOWS_ORDER`; it is taken out of there before any flow runs. */
export interface Order {
  /** Where flows are kept: the one folder that it may write. */
  readonly directory: string
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** Whoever asks knows this port alone; otherwise another one does as well. */
  readonly isPortFixed: boolean
  /** What the platform shows with each request. */
  readonly secret: string
  /** With it passwords in flows are encrypted. */
  readonly credentialKey: string
  readonly safe: boolean
  /** What happened before this start. */
  readonly past: Pick<FlowsState, 'restarts' | 'last'>
  readonly platform: PlatformAccess
}

/** How flows reach the platform: as the service account `flows`. */
export interface PlatformAccess {
  readonly url: string
  readonly mqttUrl: string
  readonly token: string
  /** The platform's certificate where it serves HTTPS, PEM: the only one that is believed for it. */
  readonly certificate: string | null
}
