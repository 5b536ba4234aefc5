/** Where the platform is and with what to go there: what is typed in the configuration node, else what the supervising platform said, else the environment. */
import type { PlatformAccess } from '../../messages.ts'
import { textOf } from './fields.ts'
import type { Definition, Red } from './red.ts'

const DEFAULTS = { url: 'http://127.0.0.1:3000', mqttUrl: 'mqtt://127.0.0.1:1883' }

export function addressOf(settings: Red['settings'], definition: Definition | null, token: string | undefined, environment: NodeJS.ProcessEnv): PlatformAccess {
  const said = settings.gatehouse
  const first = (...candidates: readonly (string | undefined)[]): string => candidates.find((one) => one !== undefined && one !== '') ?? ''
  const typed = (field: string): string => (definition ? textOf(definition, field) : '')
  return {
    url: first(typed('url'), said?.url, environment['GATEHOUSE_URL'], DEFAULTS.url).replace(/\/+$/, ''),
    mqttUrl: first(typed('mqttUrl'), said?.mqttUrl, environment['GATEHOUSE_MQTT_URL'], DEFAULTS.mqttUrl),
    token: first(token, said?.token, environment['GATEHOUSE_TOKEN']),
    certificate: said?.certificate ?? null
  }
}
