import { FlowsHouse, secretsFrom } from '../flows/house.ts'
import { Supervisor } from '../flows/supervisor.ts'
import type { BrainPort } from './brain/port.ts'
import type { Config } from './config/config.ts'
import type { Clock } from './kernel/clock.ts'
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
export function createFlowsWing({ config, brain, clock, log }: {
  readonly config: Config; readonly brain: BrainPort; readonly clock: Clock; readonly log: Logger
}): FlowsWing | null {
  const { flows } = config
  if (!flows) return null
  const secrets = secretsFrom('secret' in flows ? flows.secret : undefined)
  const supervisor = 'port' in flows
    ? new Supervisor({ dataDir: config.dataDir, host: '127.0.0.1', port: flows.port, secret: secrets.editor, clock, log })
    : null
  const where = (): string | null => {
    if (!supervisor) return 'url' in flows ? flows.url : null
    return supervisor.port === null ? null : `http://127.0.0.1:${supervisor.port}`
  }
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

/** The address on which this machine reaches itself. */
function hostWithin(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}
