/** What the broker has counted since its start; plain numbers for whoever shows them. */
export interface Counters {
  /** Connections that are logged in now. */
  connections: number
  /** Connections that have not logged in yet. */
  strangers: number
  /** Connections that were closed at once because too many strangers were there. */
  turnedAway: number
  /** PUBLISH packets of clients, refused ones included. */
  messagesIn: number
  /** Bytes of their payloads. */
  bytesIn: number
  /** Messages whose record came back: QoS 1 and 2 were acknowledged then. */
  recorded: number
  /** Messages that were refused because of their topic. */
  refusedMessages: number
  /** Messages that the house could not record. */
  unrecorded: number
  refusedLogins: number
  /** Log-ins that had to wait because of earlier failures. */
  slowedLogins: number
  /** Connections closed because of a broken rule of the protocol. */
  violations: number
  takeovers: number
  /** Messages dropped from the full queue of a client that was away. */
  droppedQueued: number
  /** Persistent sessions, of clients that are here and of those that are away. */
  sessions: number
  /** Sessions of accounts that ended because nobody came back to them, or because there were too many. */
  endedSessions: number
  /** Clients closed because they did not read what was sent to them. */
  slowClients: number
}

export function createCounters(): Counters {
  return {
    connections: 0, strangers: 0, turnedAway: 0, messagesIn: 0, bytesIn: 0, recorded: 0, refusedMessages: 0, unrecorded: 0,
    refusedLogins: 0, slowedLogins: 0, violations: 0, takeovers: 0, droppedQueued: 0, sessions: 0, endedSessions: 0, slowClients: 0
  }
}
