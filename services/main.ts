import { createApp } from './app.ts'
import { readConfig, readNumbers } from './config/config.ts'
import type { Config } from './config/config.ts'
import { asError, GatehouseError, InputError } from './kernel/errors.ts'
import { createLog } from './kernel/log.ts'
import { RULE_SETTINGS } from './rules/settings.ts'
import type { RuleSettings } from './rules/settings.ts'

/** How long an orderly stop may take before the process ends anyway, ms. What was acknowledged is on the disk at any time. */
const STOP_DEADLINE = 15_000

const { 'time.behind': _retention, ...SETTABLE } = RULE_SETTINGS

function settings(): { config: Config; rules: RuleSettings } | null {
  const faults: string[] = []
  const read = <Value>(reader: () => Value): Value | null => {
    try {
      return reader()
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown
      faults.push(...thrown.faults.map(({ message }) => `  ${message}`))
      return null
    }
  }
  const config = read(() => readConfig(process.env))
  const numbers = read(() => readNumbers(process.env, SETTABLE))
  // A clock is believed as far back as readings are kept: one number, set in one place.
  if (config && numbers) return { config, rules: { ...numbers, 'time.behind': config.retentionDays } }
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
  const starting = app.start().catch((thrown: unknown) => {
    // A port or a folder that is taken is for whoever starts it, in plain words; the program's own faults need their stack.
    if (!(thrown instanceof GatehouseError)) return die(asError(thrown))
    process.stderr.write(`Gatehouse cannot start (${thrown.code}): ${thrown.message}\n`)
    process.exit(1)
  })
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => die(new Error('did not stop in time')), STOP_DEADLINE).unref()
    // A start that is under way is let finish: half a house cannot be taken down in order.
    void starting.then(() => app.stop()).then(() => {
      log.info('stopped')
      // What still waits, the delay of a failed log-in or strangers in the middle of a TLS handshake, is not worth waiting for.
      process.exit(0)
    })
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await starting
}

await main()
