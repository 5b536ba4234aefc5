import mqtt from 'mqtt'
import type { IClientOptions, MqttClient } from 'mqtt'
import type { Platform } from './platform.ts'

export interface Credentials {
  readonly id: string
  readonly token: string
}

/** A device on a real connection, by a client library that shares no code with the platform's broker. */
export async function connectDevice(platform: Pick<Platform, 'mqttPort'>, { id, token }: Credentials, options: IClientOptions = {}): Promise<MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, {
    clientId: id, username: id, password: token, reconnectPeriod: 0, connectTimeout: 20_000, ...options
  })
}

/** Collects what arrives on a client, in order. */
export function inbox(client: MqttClient): { topic: string; body: Record<string, unknown> }[] {
  const received: { topic: string; body: Record<string, unknown> }[] = []
  client.on('message', (topic, payload) => {
    const text = payload.toString()
    received.push({ topic, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) })
  })
  return received
}

let lastSeq = 0
/** A report with the common fields; `seq` rises over the whole test run. */
export function report(fields: object): string {
  lastSeq += 1
  return JSON.stringify({ ts: Date.now(), boot: 'test', seq: lastSeq, ...fields })
}
