import { Device, rounded } from './device.ts'
import type { Command, CommandResult, Fields } from './device.ts'

const MEAN_GAP_MS = 1_200_000
const ZONES = ['entrance', 'lift', 'path', 'parking'] as const
/** A grey JPEG of one pixel: a picture as far as the wire is concerned. */
const PICTURE = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAAB' +
    'AAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64'
)

/** A camera: says every 30 s that it records, and when something moves. */
export class Camera extends Device {
  protected readonly interval = 30_000
  readonly #bitrate = this.random.between(1_800, 4_200)
  readonly #warm = this.random.between(28, 44)
  readonly #storageFree = this.random.between(12, 60)
  #motions = 0

  protected override measure(): Fields {
    return {
      fps: 25, bitrate: Math.round(this.#bitrate * this.random.between(0.9, 1.1)), storageFree: rounded(this.#storageFree, 1),
      temperature: rounded(this.#warm + this.random.noise(1), 1), recording: true, videoLoss: false
    }
  }

  protected override live(): void {
    this.#awaitMotion()
  }

  #awaitMotion(): void {
    this.later((-Math.log(1 - this.random.next()) * MEAN_GAP_MS) / this.world.rate, () => {
      const motion = { zone: this.random.pick(ZONES), confidence: rounded(this.random.between(0.5, 0.99), 2), id: `m${++this.#motions}` }
      this.event('motion', { phase: 'start', ...motion })
      this.later(this.random.between(3_000, 20_000), () => {
        this.event('motion', { phase: 'end', ...motion })
        this.#awaitMotion()
      })
    })
  }

  protected override obey(command: Command): CommandResult {
    switch (command.name) {
      case 'snapshot':
        this.send(`snapshot/${command.id}`, () => PICTURE, false)
        return { state: 'done', message: command.id }
      case 'reboot':
      case 'announce':
      case 'configure':
        return { state: 'done', message: '' }
      default:
        return { state: 'failed', message: `a camera does not know "${command.name}"` }
    }
  }
}
