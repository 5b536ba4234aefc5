/** Whether the browser lets us be heard: `blocked` until somebody touches the page (autoplay rules), `none` where there is no Web Audio. */
export type Voice = 'ready' | 'blocked' | 'none'

const TUNES = {
  /** Two tones up, twice: carries over talk and is told from a telephone. [frequency Hz, start s, length s] */
  critical: [[740, 0, 0.18], [988, 0.2, 0.24], [740, 0.55, 0.18], [988, 0.75, 0.24]],
  /** One low pair: the screen has gone blind. */
  broken: [[330, 0, 0.22], [262, 0.26, 0.36]]
} as const
export type Tune = keyof typeof TUNES

/** Seconds from one playing to the next. */
const EVERY: Record<Tune, number> = { critical: 2, broken: 12 }

/** Plays a tune again and again until it is told another one or none. Makes no sound and takes no device before `open`. */
export class Siren {
  readonly #listeners = new Set<() => void>()
  #context: AudioContext | null = null
  #voice: Voice = 'blocked'
  #tune: Tune | null = null
  #timer: ReturnType<typeof setInterval> | null = null

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  readonly voice = (): Voice => this.#voice

  /** Asks the browser for sound. Call it at the start (it tells whether we are blocked) and within a click or key press (it unblocks). */
  readonly open = (): void => {
    if (!('AudioContext' in globalThis)) {
      this.#say('none')
      return
    }
    if (!this.#context) {
      this.#context = new AudioContext()
      this.#context.addEventListener('statechange', () => this.#look())
    }
    // A refusal is not an error: the state stays `suspended`, and that is what is shown.
    this.#context.resume().then(() => this.#look(), () => this.#look())
    this.#look()
  }

  /** From now on this tune, or silence. */
  readonly play = (tune: Tune | null): void => {
    if (tune === this.#tune) return
    this.#tune = tune
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    if (!tune) return
    this.#sound(tune)
    this.#timer = setInterval(() => this.#sound(tune), EVERY[tune] * 1000)
  }

  #sound(tune: Tune): void {
    const context = this.#context
    if (!context || context.state !== 'running') return
    for (const [frequency, start, length] of TUNES[tune]) {
      const [tone, loudness] = [context.createOscillator(), context.createGain()]
      const from = context.currentTime + start
      tone.type = 'triangle'
      tone.frequency.value = frequency
      loudness.gain.setValueAtTime(0, from)
      loudness.gain.linearRampToValueAtTime(0.5, from + 0.02)
      loudness.gain.setValueAtTime(0.5, from + length - 0.04)
      loudness.gain.linearRampToValueAtTime(0, from + length)
      tone.connect(loudness).connect(context.destination)
      tone.start(from)
      tone.stop(from + length)
    }
  }

  #look(): void {
    this.#say(this.#context?.state === 'running' ? 'ready' : 'blocked')
  }

  #say(voice: Voice): void {
    if (voice === this.#voice) return
    this.#voice = voice
    for (const listener of this.#listeners) listener()
  }
}
