/** What all links of a run did together. */
export interface Tally {
  connected: number
  /** First sendings. */
  sent: number
  acknowledged: number
  inFlight: number
  resent: number
  reconnects: number
  refused: number
  /** Never sent: a device was cut off for so long that its storage was full. */
  dropped: number
  /** Messages of the platform on `rejected`. */
  rejected: number
  commands: number
  lastError: string | null
}

export function createTally(): Tally {
  return {
    connected: 0, sent: 0, acknowledged: 0, inFlight: 0, resent: 0, reconnects: 0, refused: 0, dropped: 0, rejected: 0, commands: 0,
    lastError: null
  }
}
