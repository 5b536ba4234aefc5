import { emitKeypressEvents } from 'node:readline'
import type { Key } from './keys.ts'

/** What a screen needs of the terminal's input; `process.stdin` is one. */
export type KeyInput = NodeJS.ReadableStream & { setRawMode(mode: boolean): unknown; readonly isTTY?: boolean }
/** What a screen needs of the terminal's output; `process.stdout` is one. */
export type CellOutput = NodeJS.WritableStream & { readonly columns: number; readonly rows: number; readonly isTTY?: boolean }

const ENTER = '\u001B[?1049h\u001B[?25l'
const LEAVE = '\u001B[?25h\u001B[?1049l'
const HOME = '\u001B[H'
/** From the cursor on. */
const CLEAR_REST = '\u001B[J'

/** The whole terminal as a place to draw on: taken, and given back as it was however the process ends. */
export class Screen {
  readonly #input: KeyInput
  readonly #output: CellOutput
  readonly #pressed: (key: Key) => void
  readonly #resized: () => void
  readonly #key = (_: string | undefined, key: Key): void => this.#pressed(key)
  readonly #restore = (): void => this.close()
  #open = false

  constructor(input: KeyInput, output: CellOutput, pressed: (key: Key) => void, resized: () => void) {
    this.#input = input
    this.#output = output
    this.#pressed = pressed
    this.#resized = resized
  }

  open(): void {
    this.#open = true
    this.#output.write(ENTER)
    emitKeypressEvents(this.#input)
    this.#input.setRawMode(true)
    this.#input.on('keypress', this.#key)
    this.#input.resume()
    this.#output.on('resize', this.#resized)
    process.once('exit', this.#restore)
  }

  /** @param compose makes lines for so many columns and rows */
  draw(compose: (columns: number, rows: number) => readonly string[]): void {
    if (!this.#open) return
    const { columns, rows } = this.#output
    const lines = compose(columns, rows)
    // Lines are as wide as the terminal: to clear behind the last one would take its last character.
    this.#output.write(`${HOME}${lines.join('\r\n')}${lines.length < rows ? `\r\n${CLEAR_REST}` : ''}`)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    process.off('exit', this.#restore)
    this.#output.off('resize', this.#resized)
    this.#input.off('keypress', this.#key)
    this.#input.setRawMode(false)
    this.#input.pause()
    this.#output.write(LEAVE)
  }
}
