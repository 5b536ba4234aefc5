import type { Tally } from './tally.ts'

/** What the terminal shows besides the tally. */
export interface Scene {
  readonly wanted: number
  readonly waiting: number
  readonly lines: readonly string[]
  readonly platform: { readonly cpu: number; readonly memory: number } | null
}

const TERMINAL_MS = 1_000
const PLAIN_MS = 5_000

/** Shows how it goes: a block that refreshes itself on a terminal, a plain line every 5 s elsewhere. */
export class Progress {
  readonly #out: NodeJS.WriteStream
  readonly #tally: Tally
  readonly #scene: () => Scene
  #timer: NodeJS.Timeout | null = null
  #drawn = 0
  #last = { at: 0, sent: 0, acknowledged: 0, cpu: 0, platformCpu: NaN }

  constructor(out: NodeJS.WriteStream, tally: Tally, scene: () => Scene) {
    this.#out = out
    this.#tally = tally
    this.#scene = scene
  }

  start(): void {
    this.#measure()
    this.#timer = setInterval(() => this.#show(), this.#out.isTTY ? TERMINAL_MS : PLAIN_MS)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#drawn = 0
  }

  /** One line that stays. */
  say(line: string): void {
    this.#wipe()
    this.#out.write(`${line}\n`)
  }

  #show(): void {
    const { rates, lines } = this.#measure()
    if (!this.#out.isTTY) {
      this.#out.write(`${[rates, ...lines].join(' | ')}\n`)
      return
    }
    this.#wipe()
    const width = Math.max(20, this.#out.columns - 1)
    const block = [rates, ...lines].map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    this.#out.write(`${block.join('\n')}\n`)
    this.#drawn = block.length
  }

  #wipe(): void {
    if (this.#drawn > 0) this.#out.write(`\u001B[${this.#drawn}A\u001B[J`)
    this.#drawn = 0
  }

  #measure(): { rates: string; lines: string[] } {
    const { connected, sent, acknowledged, inFlight, reconnects, refused, dropped, rejected, commands, lastError } = this.#tally
    const scene = this.#scene()
    const now = performance.now()
    const cpu = process.cpuUsage()
    const own = (cpu.user + cpu.system) / 1e6
    const platformCpu = scene.platform?.cpu ?? NaN
    const seconds = Math.max(0.001, (now - this.#last.at) / 1_000)
    const per = (value: number, before: number): string => `${Math.round((value - before) / seconds)}/s`
    const share = (value: number, before: number): string => `${Math.max(0, Math.round(((value - before) / seconds) * 100))} %`
    const rates = [
      `connected ${connected}/${scene.wanted}`, `sent ${sent} (${per(sent, this.#last.sent)})`,
      `acknowledged ${acknowledged} (${per(acknowledged, this.#last.acknowledged)})`, `in flight ${inFlight}`, `waiting ${scene.waiting}`,
      ...(reconnects > 0 ? [`reconnects ${reconnects}`] : []), ...(refused > 0 ? [`refused ${refused}`] : []), ...(dropped > 0 ? [`dropped ${dropped}`] : []),
      ...(rejected > 0 ? [`rejected ${rejected}`] : []), ...(commands > 0 ? [`commands ${commands}`] : []), ...(connected < scene.wanted && lastError ? [lastError] : [])
    ].join(', ')
    const cost = [
      `simulator ${share(own, this.#last.cpu)} of a core, ${megabytes(process.memoryUsage.rss())}`,
      ...(scene.platform && Number.isFinite(this.#last.platformCpu)
        ? [`platform ${share(platformCpu, this.#last.platformCpu)} of a core, ${megabytes(scene.platform.memory)}`]
        : [])
    ].join('; ')
    this.#last = { at: now, sent, acknowledged, cpu: own, platformCpu }
    return { rates, lines: [cost, ...scene.lines] }
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
