/** A limit with hysteresis: what raises and what ends it are two numbers, so that a value that trembles on the limit makes one alarm. */
export interface Limit {
  /** Which side is bad. */
  readonly side: 'above' | 'below'
  /** At it or beyond it, the condition holds. */
  readonly raise: number
  /** Strictly inside it, the condition is over. In between, it stays as it was. */
  readonly clear: number
}

/** Does the condition hold after this value? */
export function beyond(held: boolean, value: number, { side, raise, clear }: Limit): boolean {
  const sign = side === 'above' ? 1 : -1
  if (sign * (value - raise) >= 0) return true
  return held && sign * (value - clear) >= 0
}
