/** `npm run flows`: Node-RED beside a platform that runs somewhere else, supervised as it is there. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { systemClock } from '../services/kernel/clock.ts'
import { createLog } from '../services/kernel/log.ts'
import { SECRET_FILE, secretsFrom } from './house.ts'
import { Supervisor } from './supervisor.ts'

/** How often it is looked whether the platform has made the secret, ms. */
const LOOK = 1000

const { env } = process
const log = createLog(env['LOG_LEVEL'] ?? 'info')

/** The secret that the platform has, too; null while it is not there yet. */
function sharedSecret(): string | null {
  if (env['FLOWS_SECRET']) return env['FLOWS_SECRET']
  try {
    if (env['FLOWS_SECRET_FILE']) return readFileSync(env['FLOWS_SECRET_FILE'], 'utf8').trim()
    if (env['FLOWS_SHARED']) return readFileSync(join(env['FLOWS_SHARED'], SECRET_FILE), 'utf8').trim()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
  throw new Error('give FLOWS_SECRET, FLOWS_SECRET_FILE or FLOWS_SHARED, as the platform has it')
}

function start(secret: string): Supervisor {
  const { editor, account } = secretsFrom(secret)
  const supervisor = new Supervisor({
    dataDir: resolve(env['DATA_DIR'] ?? './data'), host: env['FLOWS_HOST'] ?? '127.0.0.1', port: Number(env['FLOWS_PORT'] ?? 1880), isPortFixed: true,
    secret: editor, timeZone: env['SITE_TZ'] ?? 'Asia/Shanghai', clock: systemClock, log
  })
  supervisor.start({
    url: env['GATEHOUSE_URL'] ?? 'http://127.0.0.1:3000', mqttUrl: env['GATEHOUSE_MQTT_URL'] ?? 'mqtt://127.0.0.1:1883', token: account, certificate: null
  })
  return supervisor
}

let running: Supervisor | null = null
const stopWaiting = systemClock.every(LOOK, begin)
function begin(): void {
  const secret = sharedSecret()
  if (running || secret === null) return
  stopWaiting()
  running = start(secret)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stopWaiting()
    void running?.stop()
  })
}
begin()
