import type { Kind } from '../../protocol/names.ts'
import { deviceTopic } from '../../protocol/topics.ts'
import type { Agenda, Appointment } from '../agenda.ts'
import type { Outgoing } from '../mqtt-link.ts'
import type { PilotDevice } from '../pilot.ts'
import { createRandom } from '../random.ts'
import type { Stored } from '../scenarios/scenario.ts'
import type { Random } from '../random.ts'

export type Fields = Readonly<Record<string, string | number | boolean>>

/** Whatever carries a device's messages away: its own link or its gateway's. */
export interface Mouth {
  publish(message: Outgoing): void
}

/** What all devices of a run share. */
export interface World {
  readonly agenda: Agenda
  readonly seed: number
  /** How much faster than life things happen; 1 is life. */
  readonly rate: number
  /** How long a device of a kind may be silent, ms. */
  readonly silence: (kind: Kind) => number
}

export interface Command {
  readonly id: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}
/** How a command ended. */
export type CommandResult = { readonly state: 'done' | 'failed'; readonly message: string }
/** What it says of a command, on the way and at its end. */
type CommandAnswer = CommandResult | { readonly state: 'accepted'; readonly message: string }

const FIRMWARE = '1.0.0'
/** In the hands of a scenario that alone says what it does: a command must not spoil it. */
const NOT_OBEYED: CommandResult = { state: 'failed', message: 'it does not obey' }

/** One device: counts its restarts and messages, lives its daily life, does what it is told. Its constructor does nothing. */
export abstract class Device {
  readonly about: PilotDevice
  protected readonly world: World
  protected readonly random: Random
  readonly #mouth: Mouth
  #boots = 0
  #boot = ''
  #sequence = { telemetry: 0, event: 0 }
  #living = false
  #reserved = false
  #appointments = new Set<Appointment>()
  #lastCommand: { readonly id: string; readonly answers: CommandAnswer[] } = { id: '', answers: [] }
  readonly #stored = new Map<number, Fields>()

  constructor(about: PilotDevice, world: World, mouth: Mouth) {
    this.about = about
    this.world = world
    this.random = createRandom(world.seed, about.id)
    this.#mouth = mouth
  }

  /** Milliseconds between two telemetry messages at rate 1. */
  protected abstract readonly interval: number
  /** What it measures now. */
  protected abstract measure(): Fields
  /** Starts whatever happens besides telemetry; uses `later`, so that `rest` ends it. */
  protected live(): void {}
  /** Puts its state back to what it is after switching on. */
  protected reset(): void {}
  protected abstract obey(command: Command): CommandResult

  /** Power comes: a new boot, counters at zero. Does not live yet. */
  switchOn(): void {
    this.rest()
    this.reset()
    // The time keeps it apart from the boots of earlier runs of the simulator: same boot and seq with another body would be a fault.
    this.#boot = `${this.world.agenda.now().toString(36)}-${++this.#boots}`
    this.#sequence = { telemetry: 0, event: 0 }
  }

  /** Begins its daily life, with a first message after `delay` ms. */
  wake(delay: number): void {
    if (this.#living || this.#reserved) return
    this.#living = true
    this.later(delay, () => {
      this.report()
      // Fleets that start together must not speak together for ever after.
      this.later(this.random.next() * this.#period, () => this.#repeat())
    })
    this.live()
  }

  /** Stops its daily life. */
  rest(): void {
    this.#living = false
    for (const appointment of this.#appointments) appointment.cancel()
    this.#appointments.clear()
  }

  /** Into the hands of a scenario: no daily life until `resume`. */
  reserve(): void {
    this.#reserved = true
    this.rest()
  }

  /** Back from the hands of a scenario to its daily life. */
  resume(delay: number): void {
    this.#reserved = false
    this.rest()
    this.reset()
    this.wake(delay)
  }

  /** Sends what it measures now. */
  report(): void {
    this.telemetry(this.measure())
  }

  /** @param ts milliseconds since 1970; now when left out */
  telemetry(fields: Fields, ts?: number, acknowledged?: () => void): void {
    this.#say('telemetry', this.#sequence.telemetry++, fields, ts, acknowledged)
  }

  /** Says it as a scenario wants it. @param shift ms by which its clock is off */
  tell(channel: 'telemetry' | 'event', fields: Fields, shift = 0): void {
    this.#say(channel, this.#sequence[channel]++, fields, this.world.agenda.now() + shift)
  }

  /** Late data out of its own storage, in one array; an element with the same key is the same message as before. */
  tellStored(channel: 'telemetry' | 'event', items: readonly Stored[]): void {
    const now = this.world.agenda.now()
    const elements = items.map(({ ago, key, fields }) => {
      const known = this.#stored.get(key)
      if (known) return known
      const element = { ts: Math.round(now - ago), boot: this.#boot, seq: this.#sequence[channel]++, historical: true, ...fields }
      this.#stored.set(key, element)
      return element
    })
    this.send(channel, () => JSON.stringify(elements), false)
  }

  /** Byte for byte. */
  tellRaw(channel: string, body: string): void {
    this.send(channel, () => body, false)
  }

  event(type: string, fields: Fields = {}, acknowledged?: () => void): void {
    this.#say('event', this.#sequence.event++, { type, ...fields }, undefined, acknowledged)
  }

  /** The body of its status. */
  status(state: 'online' | 'offline'): string {
    return JSON.stringify({ state, boot: this.#boot, firmware: FIRMWARE, model: this.about.model })
  }

  sayOnline(): void {
    this.send('status', () => this.status('online'), true)
  }
  sayOffline(): void {
    this.send('status', () => this.status('offline'), true)
  }

  /** Answers a command: accepted at once, done (or failed) a moment later. The same command again is not obeyed twice, but answered by what was said before. */
  handle(command: Command): void {
    const say = (answer: CommandAnswer): void => {
      this.send(`command/${command.id}/result`, () => JSON.stringify(answer), false)
    }
    if (command.id === this.#lastCommand.id) {
      this.#lastCommand.answers.forEach(say)
      return
    }
    const answers: CommandAnswer[] = []
    this.#lastCommand = { id: command.id, answers }
    const answer = (said: CommandAnswer): void => {
      answers.push(said)
      say(said)
    }
    answer({ state: 'accepted', message: '' })
    this.world.agenda.after(this.random.between(100, 600), () => answer(this.#reserved ? NOT_OBEYED : this.obey(command)))
  }

  protected send(channel: string, body: Outgoing['body'], retain: boolean, acknowledged?: () => void): void {
    const { compound, kind, id } = this.about
    this.#mouth.publish({ topic: deviceTopic(compound, kind, id, channel), body, retain, ...(acknowledged ? { acknowledged } : {}) })
  }

  /** Runs it in `delay` ms unless the device is put to rest before. */
  protected later(delay: number, run: () => void): void {
    const appointment = this.world.agenda.after(delay, () => {
      this.#appointments.delete(appointment)
      run()
    })
    this.#appointments.add(appointment)
  }

  #repeat(): void {
    this.report()
    this.later(this.#period, () => this.#repeat())
  }

  /** Three reports may be missed before it counts as silent, whatever the platform was told about that. */
  get #period(): number {
    return Math.min(this.interval, this.world.silence(this.about.kind) / 3) / this.world.rate
  }

  #say(channel: 'telemetry' | 'event', seq: number, fields: Fields, ts = this.world.agenda.now(), acknowledged?: () => void): void {
    const body = { ts: Math.round(ts), boot: this.#boot, seq, ...fields }
    this.send(channel, (late) => JSON.stringify(late ? { ...body, historical: true } : body), false, acknowledged)
  }
}

/** @param digits behind the point */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}
