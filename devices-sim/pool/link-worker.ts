/** A process that holds connections of the simulator; it does what `LinkPool` orders, and ends with it. */
import { Agenda, systemClock } from '../agenda.ts'
import { linkMaker } from '../links.ts'
import { ownCost } from '../meter.ts'
import type { MqttLink } from '../mqtt-link.ts'
import { createTally } from '../tally.ts'
import type { Beginning, Heard, News, Order, State } from './wire.ts'

const NEWS_MS = 50
/** What it costs is told at least so often. */
const QUIET_MS = 1_000
/** For what was written last to leave the sockets. */
const LAST_WORDS_MS = 300

type Make = ReturnType<typeof linkMaker>

interface Held {
  readonly link: MqttLink
  will: { readonly topic: string; readonly payload: string }
  taken: number
}

const agenda = new Agenda(systemClock)
const tally = createTally()
const tokens = new Map<string, string>()
const held: Held[] = []
const touched = new Set<number>()
/** What waits for acknowledgements changes by itself. */
const busy = new Set<number>()
let heard: Heard[] = []
let toldAt = 0

function hear(one: Heard): void {
  heard.push(one)
  touched.add(one.n)
}

function obey(order: Order, make: Make): void {
  const { n } = order
  touched.add(n)
  if (order.does === 'make') {
    const { about, token, subscriptions } = order
    tokens.set(about.id, token)
    const link = make({
      about, subscriptions, will: () => held[n]?.will ?? { topic: '', payload: '' },
      listener: {
        connected: () => hear({ what: 'connected', n }), lost: () => void touched.add(n), refused: (code) => hear({ what: 'refused', n, code }),
        received: (topic, payload) => hear({ what: 'received', n, topic, payload })
      }
    })
    held[n] = { link, will: { topic: '', payload: '' }, taken: 0 }
    return
  }
  const one = held[n]
  if (!one) return
  switch (order.does) {
    case 'token':
      tokens.set(one.link.id, order.token)
      break
    case 'start':
    case 'thaw':
      one.will = order.will
      one.link[order.does]()
      break
    case 'publish': {
      const { topic, retain, body, late, told } = order
      one.taken++
      one.link.publish({ topic, retain, body: (isLate) => (isLate ? (late ?? body) : body), ...(told === null ? {} : { acknowledged: () => hear({ what: 'acknowledged', n, told }) }) })
      break
    }
    case 'stop':
    case 'cut':
    case 'freeze':
      one.link[order.does]()
      break
  }
}

function tell(): void {
  const now = performance.now()
  for (const n of busy) touched.add(n)
  if (touched.size === 0 && now - toldAt < QUIET_MS) return
  const states = [...touched].flatMap((n): State[] => {
    const one = held[n]
    if (!one) return []
    const { online, lost, pending } = one.link
    if (online && pending > 0) busy.add(n)
    else busy.delete(n)
    return [[n, online, lost, one.taken, pending]]
  })
  const news: News = { heard, states, tally: { ...tally }, cost: ownCost() }
  heard = []
  touched.clear()
  toldAt = now
  // Who ordered it may have gone meanwhile; then nobody needs to know.
  process.send?.(news, () => undefined)
}

// A Ctrl-C goes to all processes of a terminal: the first one decides what is to happen.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.once('message', (message) => {
  const { target, seed, processes } = message as Beginning
  const make = linkMaker(target, tokens, agenda, seed, tally, processes)
  process.on('message', (orders) => {
    for (const order of orders as Order[]) obey(order, make)
  })
  const telling = setInterval(tell, NEWS_MS)
  process.once('disconnect', () => clearInterval(telling))
})
process.once('disconnect', () => {
  for (const { link } of held) link.stop()
  agenda.close()
  setTimeout(() => process.exit(0), LAST_WORDS_MS)
})
