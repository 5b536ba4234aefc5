/** What the broker asks of the house behind it. It knows identities and topics, nothing of alarms. */

/** Who is connected: the name in CONNECT, and whatever the house wants to remember about it. */
export interface Principal {
  /** Client id = user name = device id (or API token id). */
  readonly id: string
  /** Whose it is, where an account may choose its client ids: sessions that it leaves behind expire and are counted. Left out: the id is its own, and so is its session. */
  readonly account?: string
}

export interface Login {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Uint8Array | undefined
  readonly address: string
}

/** CONNACK codes of MQTT 3.1.1 that a login can end with: 4 bad user name or password, 5 not authorized. */
export type Verdict<P extends Principal> = { readonly ok: true; readonly principal: P } | { readonly ok: false; readonly code: 4 | 5; readonly why: string }

/** Rights. Everything is synchronous and cheap: 7,300 devices reconnect at once. */
export interface Gate<P extends Principal> {
  authenticate(login: Login): Verdict<P>
  /** False closes the connection (the contract has no softer answer in MQTT 3.1.1). */
  mayPublish(principal: P, topic: string): boolean
  /** False: its messages there are passed on and never kept for those who come later, whatever their flag says. Left out: what is retained is kept. */
  readonly mayRetain?: (principal: P, topic: string) => boolean
  /** False is answered 0x80. */
  maySubscribe(principal: P, filter: string): boolean
  /** Asked for each message on its way to a subscriber, e.g. a gateway that gets its children's commands only. */
  mayReceive(principal: P, topic: string): boolean
  /** What this subscriber may see of a payload; null: nothing. Left out: everybody sees all of it. */
  readonly shown?: (principal: P, topic: string, payload: Uint8Array) => Uint8Array | null
}

export interface Published<P extends Principal> {
  readonly principal: P
  readonly topic: string
  /** What may be kept of it: see `BrokerOptions.sealed`. */
  readonly payload: Uint8Array
  /** Bytes of the payload as it was sent. */
  readonly size: number
  readonly retain: boolean
  readonly qos: 0 | 1 | 2
}

/** Where everything goes before it is acknowledged. */
export interface Recorder<P extends Principal> {
  /** `done` after the commit, or with an error: then nothing is acknowledged and the connection closes. Called in the device's order. */
  published(message: Published<P>, done: (error: Error | null) => void): void
  connected(principal: P, session: number, address: string): void
  disconnected(principal: P, session: number, reason: 'said-goodbye' | 'lost' | 'taken-over'): void
  violated(principal: P, code: string, detail: string): void
}
