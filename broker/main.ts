/** The broker by itself with an open policy, so that any MQTT test suite can be pointed at it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { asError } from '../services/kernel/errors.ts'
import { createLog } from '../services/kernel/log.ts'
import { createBroker } from './broker.ts'
import { createForgetfulRecorder, openGate } from './open-house.ts'

const USAGE = `usage: npm run broker -- --open --port N [--host H] [--websocket-port N] [--data DIR]

  --open              let anybody publish and subscribe to anything (needed: there is nobody here who knows identities)
  --port N            MQTT over TCP; 0 picks a free port
  --host H            address to listen on (127.0.0.1)
  --websocket-port N  MQTT over WebSocket at /mqtt on this port as well
  --data DIR          keep sessions and retained messages here (default: a temporary folder, removed at the end)`

interface Settings {
  readonly host: string
  readonly port: number
  readonly websocketPort: number | null
  readonly data: string | null
}

/** The settings, or what is wrong with the arguments. */
function readArguments(): Settings | string {
  let values
  try {
    values = parseArgs({
      options: {
        open: { type: 'boolean' }, port: { type: 'string' }, host: { type: 'string' },
        'websocket-port': { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' }
      }
    }).values
  } catch (thrown) {
    return asError(thrown).message
  }
  if (values.help) return ''
  if (!values.open) return 'by itself the broker knows no identities: say --open to let anybody in, or run the platform (npm start)'
  const port = portOf(values.port)
  if (port === null) return '--port has to be a whole number from 0 to 65535'
  const websocketPort = portOf(values['websocket-port'])
  if (values['websocket-port'] !== undefined && websocketPort === null) return '--websocket-port has to be a whole number from 0 to 65535'
  return { host: values.host ?? '127.0.0.1', port, websocketPort, data: values.data ?? null }
}

function portOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null
  const port = Number(text)
  return port <= 65_535 ? port : null
}

async function run({ host, port, websocketPort, data }: Settings): Promise<void> {
  const log = createLog(process.env['LOG_LEVEL'] ?? 'info')
  const directory = data ?? mkdtempSync(join(tmpdir(), 'gatehouse-broker-'))
  const broker = createBroker({
    gate: openGate, recorder: createForgetfulRecorder(), log, directory,
    tcp: { host, port }, willOnTakeover: 'publish', systemTopicsReadable: true
  })
  const listening = await broker.start()
  log.info({ service: 'mqtt', port: listening.tcp }, 'listening')
  const http = createServer((_request, response) => void response.writeHead(404).end())
  if (websocketPort !== null) {
    broker.attachWebSocket(http, '/mqtt')
    await new Promise<void>((done, failed) => http.once('error', failed).listen(websocketPort, host, done))
    log.info({ service: 'mqtt-websocket', port: (http.address() as AddressInfo).port }, 'listening')
  }
  const stop = async (): Promise<void> => {
    http.close()
    await broker.stop()
    http.closeAllConnections()
    if (data === null) rmSync(directory, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

const settings = readArguments()
if (typeof settings === 'string') {
  process.stderr.write(settings === '' ? `${USAGE}\n` : `${settings}\n\n${USAGE}\n`)
  process.exitCode = settings === '' ? 0 : 1
} else {
  try {
    await run(settings)
  } catch (thrown) {
    process.stderr.write(`${asError(thrown).message}\n`)
    process.exitCode = 1
  }
}
