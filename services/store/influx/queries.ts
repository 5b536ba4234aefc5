import type { Queries } from '../ports.ts'
import type { InfluxHistory } from './history.ts'

/** The API's questions where there is an InfluxDB: readings from there as long as it has them, all else from the embedded store. */
export class InfluxQueries implements Queries {
  readonly #embedded: Queries
  readonly #influx: Pick<InfluxHistory, 'readings'>

  constructor(embedded: Queries, influx: Pick<InfluxHistory, 'readings'>) {
    this.#embedded = embedded
    this.#influx = influx
  }

  alarms(...given: Parameters<Queries['alarms']>): ReturnType<Queries['alarms']> {
    return this.#embedded.alarms(...given)
  }
  alarm(...given: Parameters<Queries['alarm']>): ReturnType<Queries['alarm']> {
    return this.#embedded.alarm(...given)
  }
  devices(...given: Parameters<Queries['devices']>): ReturnType<Queries['devices']> {
    return this.#embedded.devices(...given)
  }
  device(...given: Parameters<Queries['device']>): ReturnType<Queries['device']> {
    return this.#embedded.device(...given)
  }
  quarantine(...given: Parameters<Queries['quarantine']>): ReturnType<Queries['quarantine']> {
    return this.#embedded.quarantine(...given)
  }
  commands(...given: Parameters<Queries['commands']>): ReturnType<Queries['commands']> {
    return this.#embedded.commands(...given)
  }
  command(...given: Parameters<Queries['command']>): ReturnType<Queries['command']> {
    return this.#embedded.command(...given)
  }
  connections(...given: Parameters<Queries['connections']>): ReturnType<Queries['connections']> {
    return this.#embedded.connections(...given)
  }
  readings(...given: Parameters<Queries['readings']>): ReturnType<Queries['readings']> {
    return this.#influx.readings(this.#embedded, ...given)
  }
  events(...given: Parameters<Queries['events']>): ReturnType<Queries['events']> {
    return this.#embedded.events(...given)
  }
  directory(): ReturnType<Queries['directory']> {
    return this.#embedded.directory()
  }
  close(): Promise<void> {
    return this.#embedded.close()
  }
}
