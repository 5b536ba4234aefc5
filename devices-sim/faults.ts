/** Something is wrong that the user can put right; the text says what, in one or more lines. `main.ts` prints it without a stack. */
export class UserFault extends Error {
  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    super(typeof lines === 'string' ? lines : lines.join('\n'), options)
    this.name = 'UserFault'
  }
}

/** Whatever was thrown, as one line. */
export function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const { cause } = thrown
  return cause instanceof Error && !thrown.message.includes(cause.message) ? `${thrown.message}: ${cause.message || cause.name}` : thrown.message
}
