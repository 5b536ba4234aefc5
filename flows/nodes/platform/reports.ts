/** What the nodes for readings and events have in common: which topics, how fast, and what is shown of it. */
import { decodeReport } from '../../../protocol/decode.ts'
import type { Item } from '../../../protocol/decoded.ts'
import { parseTopic } from '../../../protocol/topics.ts'
import { numberOf, textOf } from './fields.ts'
import type { PlatformLink } from './link.ts'
import type { Definition, Message, RedNode } from './red.ts'
import { Sampler } from './sampler.ts'
import { statusOf } from './state.ts'

/** Messages a second where nothing is said: a flow handles many more, but hardly wants them. */
const USUAL_RATE = 10
const FASTEST = 1000

export interface Told {
  readonly compound: string
  readonly kind: string
  readonly device: string
  readonly item: Item
}

/**
 * Has the node hear `telemetry` or `event`. What was sent late from a device's own storage is left out unless the node says otherwise.
 * @param key of what replaces each other while it waits.
 * @param message null: not for this node.
 */
export function hear(
  node: RedNode, link: PlatformLink, definition: Definition, channel: 'telemetry' | 'event',
  { key, message }: { readonly key: (told: Told) => string; readonly message: (told: Told) => Message | null }
): void {
  const level = (field: string): string => textOf(definition, field) || '+'
  const late = definition['historical'] === true
  const rate = numberOf(definition, 'rate', { min: 1, max: FASTEST, otherwise: USUAL_RATE })
  const sampler = new Sampler<Message>(rate, (one) => node.send(one), (count) => {
    node.status(count > 0 ? { fill: 'yellow', shape: 'dot', text: `少送 ${count} left out` } : statusOf({ name: 'connected', why: null }))
  })
  const filter = `v1/${level('compound')}/${level('kind')}/${level('device')}/${channel}`
  const ends = [
    link.reports.state.on((state) => node.status(statusOf(state))),
    link.reports.on(filter, (topic, payload) => {
      const parsed = parseTopic(topic)
      if (!parsed) return
      for (const item of decodeReport(parsed.kind, channel, payload).items) {
        if (item.historical && !late) continue
        const told = { compound: parsed.compound, kind: parsed.kind, device: parsed.device, item }
        const made = message(told)
        if (made) sampler.take(key(told), made)
      }
    })
  ]
  node.on('close', (done: () => void) => {
    for (const end of ends) end()
    sampler.stop()
    done()
  })
}
