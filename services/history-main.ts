/** `npm run history -- backfill|verify`: fills InfluxDB with what the embedded store has, and holds both against each other. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from './config/config.ts'
import type { Config } from './config/config.ts'
import { runBackfill } from './history/backfill.ts'
import { EXIT } from './history/exit.ts'
import { HELP } from './history/help.ts'
import { readOptions } from './history/options.ts'
import type { InfluxConfig, Options } from './history/options.ts'
import { runVerify } from './history/verify.ts'
import { asError, InputError } from './kernel/errors.ts'

/** Null when the options or settings are wrong; what is wrong with all of them is said. */
function settings(): { options: Options; config: InfluxConfig } | null {
  const options = readOptions(process.argv.slice(2))
  if (!('faults' in options) && options.help) {
    process.stdout.write(HELP)
    return null
  }
  const faults = 'faults' in options ? [...options.faults] : []
  let config: Config | null = null
  try {
    config = readConfig(process.env)
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown
    faults.push(...thrown.faults.map(({ message }) => message))
  }
  if (config && !config.influx) faults.push('INFLUX_URL is not set: where is InfluxDB? e.g. http://user:password@host:8086/gatehouse')
  if (config && !existsSync(join(config.dataDir, 'journal'))) faults.push(`DATA_DIR ${config.dataDir} holds no data of a platform`)
  if (!('faults' in options) && config?.influx && faults.length === 0) return { options, config: { ...config, influx: config.influx } }
  process.stderr.write(`${faults.join('\n')}\nSee --help. 见 --help。\n`)
  process.exitCode = EXIT.wrong
  return null
}

async function main(): Promise<void> {
  const given = settings()
  if (!given) return
  const halt = new AbortController()
  const stop = (): void => halt.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    const run = given.options.command === 'backfill' ? runBackfill : runVerify
    process.exitCode = await run(given.options, given.config, halt.signal)
  } catch (thrown) {
    process.stderr.write(`${asError(thrown).message}\n`)
    process.exitCode = EXIT.unusable
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

await main()
