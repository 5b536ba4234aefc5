import type { Clock } from '../kernel/clock.ts'

/** One line of a body; `text` is null when it was longer than allowed or not UTF-8. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly text: null; readonly fault: 'too-large' | 'bad-json' }

/** A device takes some 200 bytes. */
export const MAX_LINE_BYTES = 16 * 1024
/** Whoever sends slowly gets an answer to what is there after this, ms. */
const PATIENCE = 50
const NEWLINE = 0x0a

/** Cuts bytes into lines, counted from 1; holds no more than one line. Blank lines count and are left out. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #number = 0
  #held: Uint8Array[] = []
  #size = 0

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end))
      lines.push(...this.#take())
      start = end + 1
    }
    this.#hold(chunk.subarray(start))
    return lines
  }

  /** What stands behind the last newline. */
  end(): Line[] {
    return this.#size > 0 ? this.#take() : []
  }

  #hold(piece: Uint8Array): void {
    this.#size += piece.length
    if (this.#size > MAX_LINE_BYTES) this.#held = []
    else if (piece.length > 0) this.#held.push(piece)
  }

  #take(): Line[] {
    const tooLarge = this.#size > MAX_LINE_BYTES
    const bytes = Buffer.concat(this.#held)
    this.#held = []
    this.#size = 0
    this.#number += 1
    if (tooLarge) return [{ number: this.#number, text: null, fault: 'too-large' }]
    try {
      const text = this.#decoder.decode(bytes).trim()
      return text === '' ? [] : [{ number: this.#number, text }]
    } catch {
      return [{ number: this.#number, text: null, fault: 'bad-json' }]
    }
  }
}

/** The lines of a body in runs of at most `size`; fewer when the sender pauses. Reads on only when the next run is asked for. */
export async function* runsOfLines(body: AsyncIterable<Uint8Array>, size: number, clock: Clock): AsyncGenerator<Line[]> {
  const chunks = body[Symbol.asyncIterator]()
  const splitter = new LineSplitter()
  let run: Line[] = []
  let ended = false
  while (!ended) {
    const next = chunks.next()
    if (run.length > 0 && (await pauses(next, clock))) {
      yield run
      run = []
    }
    const step = await next
    ended = step.done === true
    for (const line of step.done === true ? splitter.end() : splitter.push(step.value)) {
      run.push(line)
      if (run.length < size) continue
      yield run
      run = []
    }
  }
  if (run.length > 0) yield run
}

/** True when nothing more came for a while. */
async function pauses(next: Promise<unknown>, clock: Clock): Promise<boolean> {
  let callOff = (): void => undefined
  const patience = new Promise<boolean>((resolve) => {
    callOff = clock.after(PATIENCE, () => resolve(true))
  })
  const came = next.then(() => false, () => false)
  return await Promise.race([came, patience]).finally(() => callOff())
}
