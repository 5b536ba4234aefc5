import { randomBytes, timingSafeEqual } from 'node:crypto'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { rm } from 'node:fs/promises'
import { UserFault } from './faults.ts'
import type { Access } from './platform.ts'
import { readPrivate, writePrivate } from './token-file.ts'

/**
 * Two simulators must not fight over the same connections: each would take over what the other has just connected, for ever. So the one
 * that runs listens on loopback, and another one on this machine borrows the devices that it needs. The loan lasts as long as
 * the borrower's socket: a borrower that is killed gives everything back.
 */
export interface Lender {
  /** What it runs. */
  readonly compounds: number
  readonly homes: number
  readonly access: () => Access
  /** Disconnects the speakers of these devices; those it does not have are none of its business. */
  readonly lend: (ids: readonly string[]) => void
  readonly takeBack: (ids: readonly string[]) => void
}

/** What a lender tells. */
export interface Introduction {
  readonly compounds: number
  readonly homes: number
  readonly access: Access
}

interface Whereabouts {
  readonly port: number
  readonly secret: string
  readonly pid: number
}

const PATIENCE_MS = 5_000

/** The listening side. */
export class LendingDesk {
  readonly #file: string
  readonly #lender: Lender
  readonly #secret = randomBytes(32).toString('base64url')
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null

  constructor(file: string, lender: Lender) {
    this.#file = file
    this.#lender = lender
  }

  async open(): Promise<void> {
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const whereabouts: Whereabouts = { port: typeof address === 'object' && address ? address.port : 0, secret: this.#secret, pid: process.pid }
    await writePrivate(this.#file, JSON.stringify(whereabouts))
  }

  async close(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = null
    await rm(this.#file, { force: true })
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    const lent: string[] = []
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (this.#server && lent.length > 0) this.#lender.takeBack(lent)
    })
    // It hands on the errors of its input, which are dealt with above.
    const lines = createInterface({ input: socket }).on('error', () => socket.destroy())
    lines.on('line', (line) => {
      const request = readJson(line) as { secret?: unknown; borrow?: unknown } | null
      if (!request || !this.#trusts(request.secret)) {
        socket.destroy()
        return
      }
      if (Array.isArray(request.borrow)) {
        const ids = request.borrow.filter((id) => typeof id === 'string')
        lent.push(...ids)
        this.#lender.lend(ids)
        socket.write('{}\n')
      } else {
        const { compounds, homes, access } = this.#lender
        socket.write(`${JSON.stringify({ compounds, homes, access: access() } satisfies Introduction)}\n`)
      }
    })
  }

  #trusts(secret: unknown): boolean {
    const given = Buffer.from(typeof secret === 'string' ? secret : '')
    const wanted = Buffer.from(this.#secret)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }
}

/** The borrowing side: an open line to the simulator that runs. */
export interface Loan extends Introduction {
  readonly pid: number
  borrow(ids: readonly string[]): Promise<void>
  /** Gives everything back. */
  end(): void
}

/** Finds the simulator that runs against the same platform on this machine; null when there is none. */
export async function findLender(file: string): Promise<Loan | null> {
  const text = await readPrivate(file)
  const whereabouts = text === null ? null : (readJson(text) as Whereabouts | null)
  if (!whereabouts) return null
  const socket = connect({ host: '127.0.0.1', port: whereabouts.port })
  const answers: ((line: string | null) => void)[] = []
  const lines = createInterface({ input: socket })
  lines.on('line', (line) => answers.shift()?.(line))
  const silence = (): void => {
    for (const answer of answers.splice(0)) answer(null)
  }
  socket.on('error', silence)
  lines.on('error', silence)
  socket.on('close', silence)
  socket.setTimeout(PATIENCE_MS, () => {
    if (answers.length > 0) socket.destroy()
  })
  const ask = (request: object): Promise<string | null> =>
    new Promise((resolve) => {
      // The line must not keep a simulator alive that has nothing else to do; one that waits for an answer has.
      socket.ref()
      answers.push((line) => {
        socket.unref()
        resolve(line)
      })
      socket.write(`${JSON.stringify({ secret: whereabouts.secret, ...request })}\n`)
    })

  const hello = await ask({})
  const introduction = hello === null ? null : (readJson(hello) as Introduction | null)
  if (!introduction) {
    // A file that a killed simulator left behind.
    socket.destroy()
    return null
  }
  return {
    ...introduction,
    pid: whereabouts.pid,
    async borrow(ids) {
      if ((await ask({ borrow: ids })) === null) throw new UserFault(`the simulator that runs already (process ${whereabouts.pid}) does not answer`)
    },
    end: () => void socket.destroy()
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
