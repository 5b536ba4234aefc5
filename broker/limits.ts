import { MAX_FRAME_BYTES } from '../protocol/limits.ts'

/** What one client may cost the house. Every number can be set; times are milliseconds. */
export interface Limits {
  /** Bytes of a frame of a client that has logged in; a larger one closes the connection. */
  readonly frameBytes: number
  /**
   * Bytes of the first frame. Room for a last will as large as the contract allows a status to be (64 KiB), its topic, a name and a token;
   * with 1,000 strangers that is 72 MB at the very worst.
   */
  readonly connectBytes: number
  /** Connections that have not logged in yet; beyond it new ones are closed at once. Those that have logged in do not count. */
  readonly strangers: number
  /** Time from the connection to a whole CONNECT, TLS handshake included. */
  readonly connectTime: number
  /** Time for one frame to arrive whole. A picture of 512 KiB over a mobile uplink of 100 kbit/s needs 42 s. */
  readonly frameTime: number
  /** Levels of a topic; 100 is as many as Aedes can match. */
  readonly topicLevels: number
  /** Messages of one client that wait for their record before its socket is read no more. */
  readonly pendingMessages: number
  /** Bytes of them. */
  readonly pendingBytes: number
  /** Time that a client may leave its full receive buffer unread before it is closed. */
  readonly drainTime: number
  /** Time that a subscriber who does not read may hold up a publisher; from then on its messages pile up, up to `backlogBytes`. */
  readonly patience: number
  /** Bytes that may wait in memory for one client that does not read them; beyond it the client is closed. */
  readonly backlogBytes: number
  /** Messages kept for one client with a persistent session until it acknowledges them; beyond it the oldest are dropped. */
  readonly queuedMessages: number
  /** Bytes of them. */
  readonly queuedBytes: number
  /** Time after which the session of an account to which nobody came back ends, with its queue. */
  readonly sessionTime: number
  /** Sessions that one account may have; beyond it the one to which nobody came back for the longest time ends. */
  readonly sessionsPerAccount: number
  /** Time that `stop` waits for records to come back. */
  readonly stopTime: number
}

export const DEFAULT_LIMITS: Limits = {
  frameBytes: MAX_FRAME_BYTES,
  connectBytes: 72 * 1024,
  strangers: 1000,
  connectTime: 10_000,
  frameTime: 60_000,
  topicLevels: 32,
  pendingMessages: 64,
  pendingBytes: 256 * 1024,
  drainTime: 20_000,
  patience: 1000,
  backlogBytes: 8 * 1024 * 1024,
  queuedMessages: 1000,
  queuedBytes: 1024 * 1024,
  sessionTime: 7 * 86_400_000,
  sessionsPerAccount: 20,
  stopTime: 5000
}
