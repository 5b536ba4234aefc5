import type { Meter, Reading } from '../meter.ts'
import type { Judgement } from '../oracle.ts'
import type { Performance } from '../player.ts'
import type { Display } from '../progress.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { Tally } from '../tally.ts'
import type { Director } from './director.ts'
import { draw } from './drawing.ts'
import type { Line, View } from './drawing.ts'
import { FIRST_CHOICE, press } from './keys.ts'
import type { Choice, Key } from './keys.ts'
import { Screen } from './screen.ts'
import type { CellOutput, KeyInput } from './screen.ts'
import { WORDS } from './words.ts'
import type { Lang } from './words.ts'

const DRAW_MS = 250
const MEASURE_MS = 1_000
const SAID_KEPT = 50

/** What a console shows and whom it asks. */
export interface ConsoleProps {
  readonly input: KeyInput
  readonly output: CellOutput
  readonly lang: Lang
  readonly url: string
  readonly scenarios: readonly Scenario[]
  /** Compounds, or a device; the first is null: anywhere. */
  readonly places: readonly (string | null)[]
  /** Where it begins. */
  readonly at: string | null
  readonly director: Director
  readonly performances: () => readonly Performance[]
  readonly tally: Tally
  readonly meter: Meter
  /** How many connections should be there. */
  readonly wanted: () => number
  readonly away: () => boolean
  /** Null: not asked yet. */
  readonly soFar: () => Judgement | null
  /** @param atOnce without waiting for what is under way */
  readonly leave: (atOnce: boolean) => void
}

/** The screen on which a tester starts and stops scenarios while the fleet runs. */
export class Console implements Display {
  readonly #props: ConsoleProps
  readonly #screen: Screen
  readonly #said: string[] = []
  #choice: Choice
  #reading: Reading
  #timers: NodeJS.Timeout[] = []
  #ending = false
  /** Scenarios can be started as soon as everything is connected. */
  #ready = false

  constructor(props: ConsoleProps) {
    this.#props = props
    this.#screen = new Screen(props.input, props.output, (key) => this.#press(key), () => this.#draw())
    this.#choice = { ...FIRST_CHOICE, place: Math.max(0, props.places.indexOf(props.at)) }
    this.#reading = { sentPerSecond: 0, acknowledgedPerSecond: 0, own: { share: 0, memory: 0 }, platform: null }
  }

  start(): void {
    this.#measure()
    this.#screen.open()
    this.#timers = [setInterval(() => this.#draw(), DRAW_MS), setInterval(() => this.#measure(), MEASURE_MS)]
    this.#draw()
  }

  /** Everything is there; keys may start something. */
  ready(): void {
    this.#ready = true
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    this.#screen.close()
  }

  say(line: string): void {
    this.#said.push(line)
    if (this.#said.length > SAID_KEPT) this.#said.shift()
    this.#draw()
  }

  #measure(): void {
    this.#reading = this.#props.meter.read()
  }

  #press(key: Key): void {
    const { scenarios, places, director, leave, lang } = this.#props
    const { choice, wish } = press(this.#choice, key, scenarios.length, places.length)
    this.#choice = choice
    const scenario = scenarios[choice.row]
    if (wish === 'leave' || wish === 'leave-at-once') {
      this.#ending = true
      leave(wish === 'leave-at-once')
    } else if (this.#ready && !this.#ending) {
      if (wish === 'stop-all') director.stopAll()
      if (wish === 'toggle' && scenario) {
        if (this.#lineOf(scenario).state === 'running') director.stop(scenario.name)
        else {
          const refusal = director.start(scenario, places[choice.place] ?? null)
          if (refusal) this.say(`${scenario.name}: ${WORDS[lang].refusals[refusal]}`)
        }
      }
    }
    this.#draw()
  }

  #draw(): void {
    this.#screen.draw((columns, rows) => draw(this.#view(), columns, rows))
  }

  #view(): View {
    const { lang, url, scenarios, places, tally, wanted, away, soFar } = this.#props
    const judgement = soFar()
    const count = (kind: 'missed' | 'false' | 'doubled' | 'late' | 'wrong'): number => judgement?.[kind].length ?? 0
    return {
      lang, url, choice: this.#choice, place: places[this.#choice.place] ?? null, lines: scenarios.map((one) => this.#lineOf(one)),
      connected: tally.connected, wanted: wanted(), sent: tally.sent, acknowledged: tally.acknowledged, inFlight: tally.inFlight, away: away(), reading: this.#reading,
      verdict: {
        expected: judgement?.expected ?? 0, found: judgement?.found ?? 0, missed: count('missed'), false: count('false'), doubled: count('doubled'), late: count('late'), wrong: count('wrong')
      },
      said: this.#said, ending: this.#ending
    }
  }

  #lineOf({ name, description }: Scenario): Line {
    const all = this.#props.performances().filter((one) => one.scenario === name)
    const last = all.at(-1)
    const judgement = this.#props.soFar()
    const lists = judgement ? [judgement.missed, judgement.false, judgement.doubled, judgement.late, judgement.wrong] : []
    const lasts = (last?.plan.lasts ?? 0) / 1_000
    return {
      name, description, where: last?.plan.where ?? '',
      state: !last ? 'idle' : last.stoppedAt !== null ? 'stopped' : last.finished ? 'over' : 'running',
      seconds: Math.round(Math.min(lasts, last ? ((last.stoppedAt ?? Date.now()) - last.startedAt) / 1_000 : 0)), lasts: Math.round(lasts),
      expected: judgement?.expectedOf.get(name) ?? 0, found: judgement?.latenciesOf.get(name)?.length ?? 0,
      faults: lists.flat().filter((one) => one.scenario === name).length
    }
  }
}
