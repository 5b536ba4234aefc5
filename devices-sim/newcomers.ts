import type { DeviceId, Kind } from '../protocol/names.ts'
import { textOf } from './faults.ts'
import { MODELS } from './pilot.ts'
import type { Pilot } from './pilot.ts'
import { problemText } from './platform.ts'
import type { Platform } from './platform.ts'

/** Makes devices known to the platform that nobody ever switches on, and removes them again. One call after another. */
export class NewcomerDesk {
  readonly #platform: Platform
  readonly #pilot: Pilot
  readonly #say: (line: string) => void
  readonly #there = new Set<DeviceId>()
  #chain: Promise<void> = Promise.resolve()

  constructor(platform: Platform, pilot: Pilot, say: (line: string) => void) {
    this.#platform = platform
    this.#pilot = pilot
    this.#say = say
  }

  /** The id says compound and kind: `c07-door-…`. */
  enrol(id: DeviceId): void {
    this.#there.add(id)
    this.#next(async () => {
      // Somebody who was killed may have left it behind.
      await this.#platform.call('DELETE', `/devices/${id}`)
      const [compound, kind] = id.split('-')
      const building = this.#pilot.compounds.find((one) => one.id === compound)?.buildings[0]?.id ?? '1'
      const { status, body } = await this.#platform.call('POST', '/devices', { id, compound, kind, location: { building }, model: MODELS[kind as Kind] })
      if (status >= 300) this.#say(`${id} cannot be enrolled: ${problemText(status, body)}`)
    })
  }

  remove(id: DeviceId): void {
    this.#there.delete(id)
    this.#next(async () => {
      const { status, body } = await this.#platform.call('DELETE', `/devices/${id}`)
      if (status >= 300) this.#say(`${id} cannot be removed: ${problemText(status, body)}`)
    })
  }

  /** Removes what is still there. */
  async close(): Promise<void> {
    for (const id of this.#there) this.remove(id)
    await this.#chain
  }

  #next(run: () => Promise<void>): void {
    const before = this.#chain
    const after = async (): Promise<void> => {
      await before
      try {
        await run()
      } catch (thrown) {
        this.#say(textOf(thrown))
      }
    }
    this.#chain = after()
  }
}
