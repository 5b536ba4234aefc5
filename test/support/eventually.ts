/** Asks until the answer is something, at most `deadline` ms; the error says what was waited for. Generous: only a hang fails it. */
export async function eventually<Found>(what: string, ask: () => Promise<Found | null | undefined | false> | Found | null | undefined | false, deadline = 20_000): Promise<Found> {
  const end = Date.now() + deadline
  for (;;) {
    const found = await ask()
    if (found !== null && found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`waited ${deadline} ms in vain: ${what}`)
    await new Promise((done) => setTimeout(done, 25))
  }
}
