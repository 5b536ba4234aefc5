import { join } from 'node:path'
import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import { FlowsHouse, SECRET_FILE, secretsFrom } from '../flows/house.ts'
import { Supervisor } from '../flows/supervisor.ts'
import type { BrainPort } from './brain/port.ts'
import type { Config } from './config/config.ts'
import type { Clock } from './kernel/clock.ts'
import { keyIn } from './kernel/key-file.ts'
import type { Logger } from './kernel/log.ts'
import { hashSecret } from './registry/secret.ts'

/** Ports on which the platform listens, once it does. */
export interface Ports {
  readonly http: number
  readonly mqtt: number
}

/** Node-RED beside the platform: a child of it, or somewhere else; and how it is let in. */
export interface FlowsWing {
  readonly house: FlowsHouse
  /** Gives flows their account, and lets Node-RED start; nobody waits for it. */
  start(ports: Ports): Promise<void>
  stop(): Promise<void>
}

/** Null where there are to be no flows. */
export function createFlowsWing({ config, brain, clock, log, metrics }: {
  readonly config: Config; readonly brain: BrainPort; readonly clock: Clock; readonly log: Logger; readonly metrics: Registry
}): FlowsWing | null {
  const { flows } = config
  if (!flows) return null
  const secrets = secretsFrom('url' in flows ? flows.secret ?? keyIn(join(flows.shared, SECRET_FILE)).key : undefined)
  const supervisor = 'port' in flows
    ? new Supervisor({ dataDir: config.dataDir, host: '127.0.0.1', port: flows.port, secret: secrets.editor, timeZone: config.site.timeZone, clock, log })
    : null
  const where = (): string | null => {
    if (!supervisor) return 'url' in flows ? flows.url : null
    return supervisor.port === null ? null : `http://127.0.0.1:${supervisor.port}`
  }
  if (supervisor) measureFlows(metrics, supervisor)
  return {
    house: new FlowsHouse({ secret: secrets.editor, supervisor, where }),
    async start(ports) {
      await brain.act('system', { name: 'flows.account', hash: hashSecret(secrets.account) })
      const { http, mqtt, tls } = config
      supervisor?.start({
        url: `${http.tls ? 'https' : 'http'}://${hostWithin(http.host)}:${ports.http}`,
        mqttUrl: `mqtt://${hostWithin(mqtt.host)}:${ports.mqtt}`,
        token: secrets.account,
        certificate: http.tls ? tls?.cert ?? null : null
      })
    },
    async stop() {
      await supervisor?.stop()
    }
  }
}

function measureFlows(registry: Registry, supervisor: Supervisor): void {
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(value()) })
  }
  gauge('gatehouse_flows_up', '1 while Node-RED runs', () => (supervisor.state.phase === 'running' ? 1 : 0))
  gauge('gatehouse_flows_safe_mode', '1 while flows are stopped after several failures', () => (supervisor.state.safe ? 1 : 0))
  gauge('gatehouse_flows_restarts', 'Starts of Node-RED after the first, since the platform started', () => supervisor.state.restarts)
  gauge('gatehouse_flows_memory_bytes', 'Resident memory of Node-RED', () => supervisor.state.memory ?? 0)
}

/** The address on which this machine reaches itself. */
function hostWithin(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
