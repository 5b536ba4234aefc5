/** A platform with devices to load it with, for the measurements. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiClient } from '../test/support/api-client.ts'
import { Platform } from '../test/support/platform.ts'

export interface Fleet {
  readonly platform: Platform
  readonly api: ApiClient
  /** The doors' ids, tokens and telemetry topics, as the publishers read them. */
  readonly credentials: string
  readonly gateway: { readonly id: string; readonly token: string }
  /** Ids of the detectors behind the gateway. */
  readonly detectors: readonly string[]
}

/** Starts a platform and enrols doors, and a gateway with detectors. `settings`: further ones of the platform. */
export async function startFleet(doors: number, detectors = 0, settings: Readonly<Record<string, string>> = {}): Promise<Fleet> {
  const platform = await new Platform(settings).start()
  const api = await ApiClient.admin(platform)
  await api.post('/api/v1/compounds', { id: 'c01', name: '测量', district: '城关', homes: 1, buildings: [{ id: 'b01', name: '1', units: 1, floors: 1 }] })
  const gatewayId = 'c01-gateway-01'
  const devices = [
    { id: gatewayId, kind: 'gateway', gateway: null },
    ...Array.from({ length: doors }, (_, n) => ({ id: `c01-door-${n}`, kind: 'door', gateway: null })),
    ...Array.from({ length: detectors }, (_, n) => ({ id: `c01-smoke-${n}`, kind: 'smoke', gateway: gatewayId }))
  ]
  const lines = devices.map((device) => JSON.stringify({ ...device, compound: 'c01', location: { building: 'b01' }, model: 'bench' }))
  const answer = await api.call<string>('POST', '/api/v1/devices/import', lines.join('\n'), 'application/x-ndjson')
  const enrolled = answer.body.trim().split('\n').map((line) => JSON.parse(line) as { id: string; token: string })
  const gateway = enrolled[0]
  if (!gateway) throw new Error('nothing was enrolled')
  const credentials = join(platform.dataDir, 'credentials.json')
  const publishers = enrolled.slice(1, doors + 1).map(({ id, token }) => ({ id, token, topic: `v1/c01/door/${id}/telemetry` }))
  writeFileSync(credentials, JSON.stringify(publishers), { mode: 0o600 })
  return { platform, api, credentials, gateway, detectors: enrolled.slice(doors + 1).map(({ id }) => id) }
}

/** A door's report as the publishers send it: about 150 bytes. */
export const DOOR_REPORT = '{"ts":{ts},"boot":"bench","seq":{seq},"open":false,"locked":true,"tamper":false,"battery":81,"supply":12.1,"rssi":-61}'
