/** Node-RED itself, in a process of its own: started by `supervisor.ts`, reached by the platform alone. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FlowNode } from '../protocol/http/flows.ts'
import { control, CONTROL_ROOT } from './control.ts'
import type { Controlled } from './control.ts'
import { readJson, writeWhole } from './files.ts'
import type { FromNodeRed, Order, ToNodeRed } from './messages.ts'
import { PASS_HEADER, readPass } from './pass.ts'
import { takeAwayReach } from './reach.ts'
import { RED } from './red.ts'
import { createSettings, EDITOR_ROOT } from './settings.ts'
import { upgrade } from './shipped.ts'
import type { Base } from './shipped.ts'
import { createStorage } from './storage.ts'
import type { Pending } from './storage.ts'
import { Versions } from './versions.ts'
import { WIRE } from './wire.ts'

/** A sign of life each second. */
const BEAT = 1000
/** Lines of the log a second; a flow that shouts must not keep the platform busy. */
const LINES = 20
const LONGEST_LINE = 2000
const LARGEST_BODY = 5 * 1024 * 1024

const wire = new Socket({ fd: WIRE, readable: true, writable: true })
const say = (message: FromNodeRed, said?: () => void): void => void wire.write(`${JSON.stringify(message)}\n`, said)

function die(thrown: unknown): void {
  const text = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown)
  say({ type: 'dying', text: text.slice(0, LONGEST_LINE) }, () => process.exit(1))
}

/** What it is told at the start; gone from the environment before any flow could look there. */
function takeOrder(): Order {
  const text = process.env['FLOWS_ORDER'] ?? ''
  delete process.env['FLOWS_ORDER']
  return JSON.parse(text) as Order
}

/** The log, with what is too much of it counted. */
function pacedLog(): (message: Extract<FromNodeRed, { type: 'log' }>) => void {
  let second = 0
  let lines = 0
  return (message) => {
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) {
      if (lines > LINES) say({ type: 'log', level: 'warn', text: `${lines - LINES} lines of the log were left out` })
      second = now
      lines = 0
    }
    lines += 1
    if (lines <= LINES) say({ ...message, text: message.text.slice(0, LONGEST_LINE) })
  }
}

/** Brings the shipped flows in, or up to date where nobody changed them. */
async function bringUpToDate(directory: string, shipped: readonly FlowNode[], versions: Versions): Promise<{ base: Base; kept: string[] }> {
  // Node-RED looks for it to find further nodes; there are none, for nothing is installed.
  await writeWhole(join(directory, 'package.json'), JSON.stringify({ name: 'gatehouse-flows', private: true }))
  const own = await readJson<FlowNode[]>(join(directory, 'flows.json'), [])
  const next = upgrade(own, shipped, await readJson<Base>(join(directory, 'shipped.json'), {}))
  // What is there was perhaps put there by hand, or restored from a backup: it is worth a version too.
  if (own.length > 0 && versions.list().length === 0) await versions.keep(own, { user: null, cause: 'import', from: null })
  if (JSON.stringify(next.flows) !== JSON.stringify(own)) {
    await writeWhole(join(directory, 'flows.json'), JSON.stringify(next.flows))
    await versions.keep(next.flows, { user: null, cause: 'upgrade', from: null })
  }
  await writeWhole(join(directory, 'shipped.json'), JSON.stringify(next.base))
  return next
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > LARGEST_BODY) throw new Error('the body is too large')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString()) as unknown
}

/** Takes the port that it is told, or another where somebody else has it and whoever asks hears which. */
async function listen(server: Server, { host, port, isPortFixed }: Order, log: ReturnType<typeof pacedLog>): Promise<void> {
  const on = (one: number): Promise<void> => new Promise((done, failed) => {
    server.once('error', failed).listen(one, host, () => {
      server.off('error', failed)
      done()
    })
  })
  try {
    await on(port)
  } catch (thrown) {
    if (isPortFixed || (thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw thrown
    log({ type: 'log', level: 'warn', text: `port ${port} is in use; another one is taken` })
    await on(0)
  }
}

async function main(): Promise<void> {
  const order = takeOrder()
  takeAwayReach(wire)
  const startedAt = Date.now()
  const log = pacedLog()
  let flowsRun = false
  setInterval(() => say({ type: 'beat', flows: flowsRun }), BEAT)

  const versions = new Versions(order.directory, Date.now)
  await versions.load()
  const shipped = await readJson<FlowNode[]>(join(import.meta.dirname, 'flows.json'), [])
  let { base, kept } = await bringUpToDate(order.directory, shipped, versions)
  if (kept.length > 0) log({ type: 'log', level: 'warn', text: `newer shipped flows were not taken over, because these were changed here: ${kept.join(', ')}` })
  const pending: Pending = { reason: null }
  const settings = createSettings(order, createStorage(order.directory, versions, pending), log)

  // Node-RED sees only what got past the pass: it never listens itself.
  const inner = createServer()
  RED.init(inner, settings)
  RED.events.on('flows:started', () => (flowsRun = true))
  RED.events.on('flows:stopping', () => (flowsRun = false))

  const house: Controlled = {
    versions, shipped,
    state: () => ({ phase: 'running', safe: order.safe && !flowsRun, since: startedAt, memory: process.memoryUsage.rss(), ...order.past }),
    base: () => base,
    async rebase(id, hash) {
      base = { ...base, [id]: hash }
      await writeWhole(join(order.directory, 'shipped.json'), JSON.stringify(base))
    },
    flows: async () => (await RED.runtime.flows.getFlows({})).flows,
    async deploy(flows, user, reason) {
      pending.reason = reason
      try {
        await RED.runtime.flows.setFlows({ user, flows: { flows }, deploymentType: 'full' })
      } finally {
        pending.reason = null
      }
    },
    restart: () => say({ type: 'restart' })
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const editor = readPass(order.secret, request.headers[PASS_HEADER])
    const { url = '/', method = 'GET' } = request
    if (!editor) {
      response.writeHead(401).end()
    } else if (!isReady) {
      response.writeHead(503).end()
    } else if (url.startsWith(`${CONTROL_ROOT}/`)) {
      control(house, editor, method, url.slice(CONTROL_ROOT.length), () => readBody(request)).then(
        ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body)),
        (thrown: unknown) => {
          log({ type: 'log', level: 'error', text: thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown) })
          response.writeHead(500).end()
        }
      )
    } else if (url === EDITOR_ROOT || url.startsWith(`${EDITOR_ROOT}/`) || url.startsWith(`${EDITOR_ROOT}?`)) {
      // As Express mounts an application below an address.
      Object.assign(request, { originalUrl: url, url: url.slice(EDITOR_ROOT.length).replace(/^(?!\/)/, '/') })
      RED.httpAdmin(request, response)
    } else {
      response.writeHead(404).end()
    }
  }

  let isReady = false
  const door = createServer(answer)
  door.on('upgrade', (request, socket, head) => {
    // Whoever asks may be gone before the answer; that ends nobody here.
    socket.on('error', () => undefined)
    const editor = readPass(order.secret, request.headers[PASS_HEADER])
    const isComms = request.url?.split('?', 1)[0] === `${EDITOR_ROOT}/comms`
    if (editor && isReady && isComms) inner.emit('upgrade', request, socket, head)
    else socket.end(`HTTP/1.1 ${editor ? '404 Not Found' : '401 Unauthorized'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })

  let isEnding = false
  const end = (): void => {
    if (isEnding) return
    isEnding = true
    void RED.stop().finally(() => process.exit(0))
  }
  wire.on('close', end)
  createInterface({ input: wire }).on('line', (line) => void ((JSON.parse(line) as ToNodeRed).type === 'stop' && end()))
  // These come to the whole group of a terminal; the supervisor says when it is time.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', end)

  // First the port, then the flows: what cannot be reached does nothing.
  await listen(door, order, log)
  await RED.start()
  isReady = true
  say({ type: 'ready', port: (door.address() as AddressInfo).port })
}

// The platform is gone: there is nobody to tell.
wire.on('error', () => undefined)
process.on('uncaughtException', die)
process.on('unhandledRejection', die)
await main().catch(die)
