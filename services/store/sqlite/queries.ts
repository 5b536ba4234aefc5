import { Thread } from '../../kernel/thread.ts'
import type { Queries } from '../ports.ts'
import type { ReaderLink } from './reader-link.ts'

/** The API's questions as the main thread asks them; answered in the reader's thread. */
export class SqliteQueries implements Queries {
  readonly #thread: Thread<ReaderLink>

  constructor({ dataDir, onFatal }: { readonly dataDir: string; readonly onFatal: (error: Error) => void }) {
    this.#thread = new Thread<ReaderLink>({
      name: 'reader', file: new URL('reader.ts', import.meta.url), data: { dataDir }, onSaid: () => undefined, onDeath: onFatal
    })
  }

  open(): Promise<void> {
    return this.#thread.start()
  }

  alarms(...given: Parameters<Queries['alarms']>): ReturnType<Queries['alarms']> {
    return this.#thread.ask('alarms', given)
  }
  alarm(...given: Parameters<Queries['alarm']>): ReturnType<Queries['alarm']> {
    return this.#thread.ask('alarm', given)
  }
  devices(...given: Parameters<Queries['devices']>): ReturnType<Queries['devices']> {
    return this.#thread.ask('devices', given)
  }
  device(...given: Parameters<Queries['device']>): ReturnType<Queries['device']> {
    return this.#thread.ask('device', given)
  }
  quarantine(...given: Parameters<Queries['quarantine']>): ReturnType<Queries['quarantine']> {
    return this.#thread.ask('quarantine', given)
  }
  commands(...given: Parameters<Queries['commands']>): ReturnType<Queries['commands']> {
    return this.#thread.ask('commands', given)
  }
  command(...given: Parameters<Queries['command']>): ReturnType<Queries['command']> {
    return this.#thread.ask('command', given)
  }
  connections(...given: Parameters<Queries['connections']>): ReturnType<Queries['connections']> {
    return this.#thread.ask('connections', given)
  }
  readings(...given: Parameters<Queries['readings']>): ReturnType<Queries['readings']> {
    return this.#thread.ask('readings', given)
  }
  events(...given: Parameters<Queries['events']>): ReturnType<Queries['events']> {
    return this.#thread.ask('events', given)
  }
  directory(): ReturnType<Queries['directory']> {
    return this.#thread.ask('directory', [])
  }

  /** The position up to which the brain needs the journal no more. */
  passed(): Promise<number> {
    return this.#thread.ask('passed', null)
  }

  close(): Promise<void> {
    return this.#thread.stop()
  }
}
