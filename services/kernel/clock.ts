/** Time as a port: everything that waits or stamps takes a Clock, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number
  /** Milliseconds since some moment in the past. Nobody sets them, as an operator or a time server sets `now`: spans within this process go by them. */
  elapsed(): number
  /** Calls back once after `delay` ms; returns a function that calls it off. */
  after(delay: number, callback: () => void): () => void
  /** Calls back every `period` ms; returns a function that stops it. */
  every(period: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay)
    return () => clearTimeout(timer)
  },
  every(period, callback) {
    const timer = setInterval(callback, period)
    return () => clearInterval(timer)
  }
}
