import { createApp } from './app.ts'
import { readConfig, readNumbers } from './config/config.ts'
import { asError, InputError } from './kernel/errors.ts'
import { createLog } from './kernel/log.ts'
import { RULE_SETTINGS } from './rules/settings.ts'

/** How long an orderly stop may take before the process ends anyway, ms. What was acknowledged is on the disk at any time. */
const STOP_DEADLINE = 15_000

function settings(): { config: ReturnType<typeof readConfig>; rules: Record<keyof typeof RULE_SETTINGS, number> } | null {
  const faults: string[] = []
  const read = <Value>(reader: () => Value): Value | null => {
    try {
      return reader()
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown
      faults.push(...thrown.faults.map(({ path, message }) => `  ${path}: ${message}`))
      return null
    }
  }
  const config = read(() => readConfig(process.env))
  const rules = read(() => readNumbers(process.env, RULE_SETTINGS))
  if (config && rules) return { config, rules }
  process.stderr.write(`Gatehouse cannot start, these settings are wrong:\n${faults.join('\n')}\n`)
  return null
}

async function main(): Promise<void> {
  const given = settings()
  if (!given) {
    process.exitCode = 2
    return
  }
  const log = createLog(given.config.logLevel)
  const die = (error: Error): void => {
    log.fatal({ err: error }, 'the platform cannot go on')
    // Nothing is lost: what was acknowledged is in the journal. A supervisor starts it again.
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', (reason) => die(asError(reason)))
  const app = createApp({ ...given, log, onFatal: die })
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => die(new Error('did not stop in time')), STOP_DEADLINE).unref()
    void app.stop().then(() => log.info('stopped'))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  try {
    await app.start()
  } catch (thrown) {
    die(asError(thrown))
  }
}

await main()
