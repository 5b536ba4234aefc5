import { createHash, randomBytes } from 'node:crypto'
import mqtt from 'mqtt'
import type { MqttClient } from 'mqtt'
import type { PlatformAccess } from '../../messages.ts'
import type { PlatformApi } from './api.ts'
import { asFault } from './fault.ts'
import { StateBoard } from './state.ts'

const AGAIN = 3000
/** A message that fits two filters comes twice, and so does one that was sent again: so many are remembered. */
const REMEMBERED = 256

type Listener = (topic: string, payload: Buffer) => void

/** MQTT: one connection for all nodes that hear devices, opened with the first of them. What happens while it is down is not heard. */
export class ReportLine {
  readonly state = new StateBoard()
  readonly #access: PlatformAccess
  readonly #api: PlatformApi
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #last = new Set<string>()
  #client: MqttClient | null = null
  #again: NodeJS.Timeout | null = null
  #isOpening = false
  #isStopped = false

  constructor(access: PlatformAccess, api: PlatformApi) {
    this.#access = access
    this.#api = api
  }

  /** Hears what fits the filter. Returns a function that ends it. */
  on(filter: string, listener: Listener): () => void {
    const same = this.#listeners.get(filter)
    if (same) same.add(listener)
    else this.#listeners.set(filter, new Set([listener]))
    if (!same) this.#client?.subscribe(filter, { qos: 1 })
    void this.#open()
    return () => {
      const left = this.#listeners.get(filter)
      left?.delete(listener)
      if (left?.size !== 0) return
      this.#listeners.delete(filter)
      this.#client?.unsubscribe(filter)
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#again) clearTimeout(this.#again)
    await this.#client?.endAsync(true)
  }

  async #open(): Promise<void> {
    if (this.#isOpening || this.#client || this.#isStopped) return
    this.#isOpening = true
    try {
      // A service account's user name is the id of its token.
      const { name } = await this.#api.get<{ name: string }>('/session')
      if (!this.#isStopped) this.#connect(name)
    } catch (thrown) {
      this.state.set('disconnected', asFault(thrown).message)
      this.#again = setTimeout(() => void this.#open(), AGAIN)
    } finally {
      this.#isOpening = false
    }
  }

  #connect(username: string): void {
    const { mqttUrl, token } = this.#access
    const client = mqtt.connect(mqttUrl, {
      clientId: `${username}-${randomBytes(6).toString('hex')}`, username, password: token, clean: true, resubscribe: false,
      reconnectPeriod: AGAIN, reconnectOnConnackError: true
    })
    this.#client = client
    client.on('connect', () => {
      const filters = [...this.#listeners.keys()]
      if (filters.length > 0) client.subscribe(filters, { qos: 1 })
      this.state.set('connected')
    })
    client.on('close', () => this.state.set('disconnected'))
    client.on('error', (error) => this.state.set('disconnected', error.message))
    client.on('message', (topic, payload) => this.#heard(topic, payload))
  }

  #heard(topic: string, payload: Buffer): void {
    const mark = createHash('sha1').update(`${topic} `).update(payload).digest('base64')
    if (this.#last.has(mark)) return
    this.#last.add(mark)
    const [oldest] = this.#last
    if (this.#last.size > REMEMBERED && oldest !== undefined) this.#last.delete(oldest)
    for (const [filter, listeners] of this.#listeners) {
      if (fits(filter, topic)) for (const listener of listeners) listener(topic, payload)
    }
  }
}

/** Our filters have `+` alone. */
function fits(filter: string, topic: string): boolean {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  return wanted.length === levels.length && wanted.every((level, index) => level === '+' || level === levels[index])
}
