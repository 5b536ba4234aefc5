import { Device, rounded } from './device.ts'
import type { Command, CommandResult, Fields } from './device.ts'

/** About three passages per home and day; 800 homes share 30 doors. */
const MEAN_GAP_MS = 86_400_000 / ((800 / 30) * 3)
const LEAST_GAP_MS = 15_000
const METHODS = ['card', 'card', 'card', 'card', 'qr', 'bluetooth', 'pin', 'intercom'] as const
const REASONS = ['unknown-credential', 'expired', 'outside-hours'] as const
const UNLOCK_MS = 5_000

/** An entrance: says every minute how it is, and who was let in, without saying who. */
export class Door extends Device {
  protected readonly interval = 60_000
  readonly #supply = this.random.between(11.7, 12.4)
  readonly #rssi = Math.round(this.random.between(-75, -45))
  #open = false
  #locked = true
  #released = false

  protected override measure(): Fields {
    return {
      open: this.#open, locked: this.#locked, tamper: false,
      supply: rounded(this.#supply + this.random.noise(0.05), 2), rssi: this.#rssi + this.random.whole(-2, 2)
    }
  }

  protected override reset(): void {
    this.#open = false
    this.#locked = !this.#released
  }

  protected override live(): void {
    this.#awaitSomebody()
  }

  #awaitSomebody(): void {
    // Exponential gaps: people come independently of each other.
    const gap = (-Math.log(1 - this.random.next()) * MEAN_GAP_MS) / this.world.rate
    this.later(Math.max(LEAST_GAP_MS, gap), () => this.#somebodyComes())
  }

  #somebodyComes(): void {
    const direction = this.random.next() < 0.5 ? 'in' : 'out'
    const credential = this.random.next().toString(16).slice(2, 14)
    if (direction === 'out') this.event('exit-request')
    else if (this.random.next() < 0.04) {
      this.event('denied', { method: this.random.pick(METHODS), credential, direction, reason: this.random.pick(REASONS) })
      this.#awaitSomebody()
      return
    } else this.event('granted', { method: this.random.pick(METHODS), credential, direction })
    this.#locked = false
    this.later(this.random.between(600, 2_500), () => {
      this.opens()
      this.later(this.random.between(2_500, 9_000), () => {
        this.closes()
        this.#awaitSomebody()
      })
    })
  }

  opens(): void {
    this.#open = true
    this.event('opened')
  }

  closes(): void {
    this.#open = false
    this.#locked = !this.#released
    this.event('closed')
  }

  protected override obey(command: Command): CommandResult {
    switch (command.name) {
      case 'unlock':
        this.#locked = false
        this.world.agenda.after(UNLOCK_MS, () => {
          if (!this.#open) this.#locked = !this.#released
        })
        break
      case 'lock':
        this.#locked = !this.#released
        break
      case 'release':
        this.#released = true
        this.#locked = false
        break
      case 'restore':
        this.#released = false
        this.#locked = !this.#open
        break
      case 'configure':
        break
      default:
        return { state: 'failed', message: `a door does not know "${command.name}"` }
    }
    this.report()
    return { state: 'done', message: '' }
  }
}
