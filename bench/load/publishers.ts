/**
 * Many MQTT publishers in one process, as lean as they can be: packets are laid out once, a PUBACK is four bytes to look at.
 * Prints one line of JSON: {"connections","seconds","acked","ackedPerSecond","latency":{"p50","p90","p99","max"},"closed"}; latencies in milliseconds.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { generate } from 'mqtt-packet'

const USAGE = `usage: node bench/load/publishers.ts --port N [--host H] [--connections 200] [--inflight 20] [--seconds 5] [--warm-up 1] [--rate 0]
  [--payload TEXT | --bytes 150] [--topic 'v1/c01/door/{id}/telemetry'] [--credentials FILE]

  --payload      {seq} and {ts} are replaced in each message (by digits of a fixed width)
  --topic        {id} is the client's id
  --rate         messages a second of all connections together; 0: as fast as they are acknowledged
  --credentials  a JSON array of {"id","token","topic"?}; without it ids are made up and no password is sent`

interface Settings {
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly inflight: number
  readonly seconds: number
  readonly warmUp: number
  readonly rate: number
  readonly payload: string
  readonly topic: string
  readonly credentials: readonly Credential[]
}
interface Credential {
  readonly id: string
  readonly token?: string
  readonly topic?: string
}

const SEQ_DIGITS = 10
const TS_DIGITS = 13

function readArguments(): Settings {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' }, port: { type: 'string' }, connections: { type: 'string', default: '200' },
      inflight: { type: 'string', default: '20' }, seconds: { type: 'string', default: '5' }, 'warm-up': { type: 'string', default: '1' }, rate: { type: 'string', default: '0' },
      payload: { type: 'string' }, bytes: { type: 'string', default: '150' }, topic: { type: 'string', default: 'v1/c01/door/{id}/telemetry' },
      credentials: { type: 'string' }
    }
  })
  const number = (name: string, text: string | undefined): number => {
    const value = Number(text)
    if (text === undefined || !(value >= 0)) throw new Error(`--${name} has to be a number\n\n${USAGE}`)
    return value
  }
  const connections = number('connections', values.connections)
  const credentials = values.credentials === undefined
    ? Array.from({ length: connections }, (_, n): Credential => ({ id: `load-${n}` }))
    : (JSON.parse(readFileSync(values.credentials, 'utf8')) as Credential[])
  if (credentials.length < connections) throw new Error(`${credentials.length} credentials for ${connections} connections`)
  return {
    host: values.host, port: number('port', values.port), connections, inflight: Math.min(number('inflight', values.inflight), 60_000),
    seconds: number('seconds', values.seconds), warmUp: number('warm-up', values['warm-up']), rate: number('rate', values.rate),
    payload: values.payload ?? 'x'.repeat(number('bytes', values.bytes)), topic: values.topic, credentials
  }
}

/** A PUBLISH whose message id, sequence number and time are written into it again and again. */
class Template {
  readonly #bytes: Buffer
  readonly #idAt: number
  readonly #seqAt: number
  readonly #tsAt: number

  constructor(topic: string, payload: string) {
    const seq = '9'.repeat(SEQ_DIGITS)
    const text = payload.replace('{seq}', seq).replace('{ts}', '7'.repeat(TS_DIGITS))
    this.#bytes = generate({ cmd: 'publish', topic, payload: text, qos: 1, dup: false, retain: false, messageId: 1 })
    const body = this.#bytes.length - Buffer.byteLength(text)
    this.#idAt = body - 2
    this.#seqAt = payload.includes('{seq}') ? body + Buffer.byteLength(text.slice(0, text.indexOf(seq))) : -1
    this.#tsAt = payload.includes('{ts}') ? body + Buffer.byteLength(text.slice(0, text.indexOf('7'.repeat(TS_DIGITS)))) : -1
  }

  get length(): number {
    return this.#bytes.length
  }

  write(target: Buffer, at: number, messageId: number, seq: number): void {
    this.#bytes.copy(target, at)
    target.writeUInt16BE(messageId, at + this.#idAt)
    // Numbers in JSON have no leading zeros: the first digit is a 1.
    if (this.#seqAt >= 0) target.write(String(1_000_000_000 + seq), at + this.#seqAt, 'latin1')
    if (this.#tsAt >= 0) target.write(String(Date.now()), at + this.#tsAt, 'latin1')
  }
}

/** One connection that keeps so many messages in flight. */
class Publisher {
  readonly #settings: Settings
  readonly #template: Template
  readonly #credential: Credential
  readonly #sentAt: Float64Array
  readonly #acked: (latency: number) => void
  #socket: Socket | null = null
  #seq = 0
  #free: number[] = []
  #rest: Buffer = Buffer.alloc(0)
  stopped = false

  constructor(settings: Settings, credential: Credential, acked: (latency: number) => void) {
    this.#settings = settings
    this.#credential = credential
    this.#template = new Template(credential.topic ?? settings.topic.replaceAll('{id}', credential.id), settings.payload)
    this.#sentAt = new Float64Array(settings.inflight + 1)
    this.#acked = acked
  }

  /** Resolves when the CONNACK is here. */
  open(closed: () => void): Promise<void> {
    const { host, port } = this.#settings
    const { id, token } = this.#credential
    return new Promise((ready, failed) => {
      const socket = connect({ host, port, noDelay: true })
      this.#socket = socket
      socket.on('error', failed)
      socket.on('close', () => {
        failed(new Error(`${id}: closed before the CONNACK`))
        closed()
      })
      socket.once('data', (connack) => {
        if (connack[3] !== 0) return failed(new Error(`${id}: CONNACK ${connack[3]}`))
        socket.on('data', (chunk) => this.#take(chunk))
        ready()
      })
      socket.write(generate({
        cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60, clientId: id,
        ...(token === undefined ? {} : { username: id, password: Buffer.from(token) })
      }))
    })
  }

  start(): void {
    this.#free = Array.from({ length: this.#settings.inflight }, (_, n) => n + 1)
    if (this.#settings.rate === 0) this.#send(this.#free.splice(0))
  }

  /** Sends one message, unless as many as allowed are in flight. */
  sendOne(): void {
    const messageId = this.#free.pop()
    if (messageId !== undefined) this.#send([messageId])
  }

  close(): void {
    this.#socket?.end(Buffer.from([0xe0, 0]))
  }

  #send(messageIds: readonly number[]): void {
    const { length } = this.#template
    const batch = Buffer.allocUnsafe(length * messageIds.length)
    const now = performance.now()
    for (const [n, messageId] of messageIds.entries()) {
      this.#template.write(batch, n * length, messageId, this.#seq)
      this.#seq += 1
      this.#sentAt[messageId] = now
    }
    this.#socket?.write(batch)
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const now = performance.now()
    const free: number[] = []
    let at = 0
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at] !== 0x40) throw new Error(`${this.#credential.id}: unexpected packet ${bytes[at]}`)
      const messageId = bytes.readUInt16BE(at + 2)
      this.#acked(now - (this.#sentAt[messageId] ?? now))
      free.push(messageId)
    }
    this.#rest = bytes.subarray(at)
    if (this.stopped || free.length === 0) return
    if (this.#settings.rate === 0) this.#send(free)
    else this.#free.push(...free)
  }
}

/** Spreads so many messages a second evenly over the publishers. */
function paced(publishers: readonly Publisher[], rate: number): NodeJS.Timeout {
  const start = performance.now()
  let sent = 0
  return setInterval(() => {
    for (const due = ((performance.now() - start) / 1000) * rate; sent < due; sent += 1) publishers[sent % publishers.length]?.sendOne()
  }, 5)
}

const wait = (seconds: number): Promise<void> => new Promise((done) => void setTimeout(done, seconds * 1000))

async function run(settings: Settings): Promise<void> {
  let measuring = false
  let acked = 0
  let closed = 0
  // Every so-manieth latency is enough for percentiles.
  const latencies: number[] = []
  const note = (latency: number): void => {
    if (!measuring) return
    acked += 1
    if (acked % 8 === 0) latencies.push(latency)
  }
  const publishers = settings.credentials.slice(0, settings.connections).map((credential) => new Publisher(settings, credential, note))
  for (let at = 0; at < publishers.length; at += 100) await Promise.all(publishers.slice(at, at + 100).map((one) => one.open(() => void (closed += 1))))
  for (const one of publishers) one.start()
  const pace = settings.rate > 0 ? paced(publishers, settings.rate) : undefined
  await wait(settings.warmUp)
  measuring = true
  const start = performance.now()
  await wait(settings.seconds)
  measuring = false
  const seconds = (performance.now() - start) / 1000
  const lost = closed
  clearInterval(pace)
  for (const one of publishers) one.stopped = true
  await wait(0.2)
  for (const one of publishers) one.close()
  latencies.sort((a, b) => a - b)
  const percentile = (share: number): number => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2))
  console.log(JSON.stringify({
    connections: settings.connections, seconds: Number(seconds.toFixed(2)), acked, ackedPerSecond: Math.round(acked / seconds),
    latency: { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max: Number((latencies.at(-1) ?? 0).toFixed(2)) }, closed: lost
  }))
}

try {
  await run(readArguments())
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown)
  process.exitCode = 1
}
