import { Device, rounded } from './device.ts'
import type { Command, CommandResult, Fields } from './device.ts'

const DAY_MS = 86_400_000
const OBEYED = new Set(['silence', 'self-test', 'locate', 'configure'])

/** A battery smoke detector in a home; its gateway speaks for it. */
export class Detector extends Device {
  protected readonly interval = 600_000
  readonly #room = this.random.between(18, 24)
  readonly #battery = this.random.between(45, 100)
  readonly #contamination = this.random.between(2, 45)
  readonly #rssi = Math.round(this.random.between(-92, -55))

  /** °C of the room at a time of day, without noise: two degrees cooler before dawn than in the afternoon. */
  roomTemperature(ts: number): number {
    return this.#room + Math.sin((ts / DAY_MS) * 2 * Math.PI)
  }

  protected override measure(): Fields {
    return {
      obscuration: rounded(Math.abs(this.random.noise(0.15)), 2),
      temperature: rounded(this.roomTemperature(this.world.agenda.now()) + this.random.noise(0.1), 1),
      contamination: rounded(this.#contamination, 1),
      battery: rounded(this.#battery, 0),
      rssi: this.#rssi + this.random.whole(-3, 3),
      alarm: false,
      tamper: false,
      fault: false
    }
  }

  protected override obey(command: Command): CommandResult {
    if (!OBEYED.has(command.name)) return { state: 'failed', message: `a detector does not know "${command.name}"` }
    if (command.name === 'self-test') this.event('test')
    if (command.name === 'silence') this.event('silenced')
    return { state: 'done', message: '' }
  }
}
