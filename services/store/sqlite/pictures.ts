import { isDeviceId } from '../../../protocol/names.ts'
import type { DeviceId } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatehouseError, asError } from '../../kernel/errors.ts'
import { Thread } from '../../kernel/thread.ts'
import type { Pictures } from '../ports.ts'
import { dayOf } from './day.ts'
import type { PictureLink } from './picture-link.ts'

/** Whatever the caller checked: no separator, no leading dot, and short enough for every file system. */
const SAFE_REF = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/

/** Pictures as files `pictures/YYYY-MM-DD/{device}-{ref}.jpg`, by the UTC day of receipt, written in a thread of their own. */
export class FilePictures implements Pictures {
  readonly #clock: Clock
  readonly #thread: Thread<PictureLink>

  constructor({ dataDir, clock, onFatal }: { readonly dataDir: string; readonly clock: Clock; readonly onFatal: (error: Error) => void }) {
    this.#clock = clock
    this.#thread = new Thread<PictureLink>({
      name: 'pictures', file: new URL('picture-writer.ts', import.meta.url), data: { dataDir }, onSaid: () => undefined, onDeath: onFatal
    })
  }

  open(): Promise<void> {
    return this.#thread.start()
  }

  /** `done` gets `bad-picture-name`, or what the file system said. */
  save(device: DeviceId, ref: string, jpeg: Uint8Array, done: (error: Error | null) => void): void {
    const name = nameOf(device, ref)
    if (name === null) {
      queueMicrotask(() => done(new GatehouseError('bad-picture-name', `no picture can be kept as ${JSON.stringify(`${device} ${ref}`)}`)))
      return
    }
    void this.#write(name, jpeg, done)
  }

  async load(device: DeviceId, ref: string): Promise<Uint8Array | null> {
    const name = nameOf(device, ref)
    return name === null ? null : this.#thread.ask('load', name)
  }

  /** Removes the pictures of days before `day`, `YYYY-MM-DD`, UTC; answers the days. */
  dropDaysBefore(day: string): Promise<string[]> {
    return this.#thread.ask('drop', day)
  }

  close(): Promise<void> {
    return this.#thread.stop()
  }

  async #write(name: string, jpeg: Uint8Array, done: (error: Error | null) => void): Promise<void> {
    let error: Error | null = null
    try {
      await this.#thread.ask('save', { day: dayOf(this.#clock.now()), name, jpeg })
    } catch (thrown) {
      error = asError(thrown)
    }
    done(error)
  }
}

function nameOf(device: string, ref: string): string | null {
  return isDeviceId(device) && SAFE_REF.test(ref) ? `${device}-${ref}.jpg` : null
}
