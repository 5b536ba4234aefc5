import { Device, rounded } from './device.ts'
import type { Command, CommandResult, Fields } from './device.ts'

/** A gateway: connected itself, and speaks for the detectors of its building. */
export class Gateway extends Device {
  protected readonly interval = 60_000
  /** How many devices it speaks for. */
  children = 0
  readonly #memory = this.random.between(30, 55)

  protected override measure(): Fields {
    return {
      cpu: rounded(this.random.between(2, 18), 1), memory: rounded(this.#memory + this.random.noise(2), 1), children: this.children,
      uplink: 'fiber', mains: true
    }
  }

  protected override obey(command: Command): CommandResult {
    const known = command.name === 'identify' || command.name === 'configure'
    return known ? { state: 'done', message: '' } : { state: 'failed', message: `a gateway does not know "${command.name}"` }
  }
}
