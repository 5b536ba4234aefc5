import { listOf } from './platform/fields.ts'
import { linkOf } from './platform/link.ts'
import { asFault } from './platform/fault.ts'
import type { Red } from './platform/red.ts'
import { hear } from './platform/reports.ts'

/** `event in`: what happened at devices. Of doors it tells what, and not who. */
export function eventIn(red: Red): void {
  red.nodes.registerType('gatehouse-event-in', function eventInNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    const types = listOf(definition, 'event')
    const phases = listOf(definition, 'phase')
    try {
      hear(this, link, definition, 'event', {
        key: ({ device, item }) => `${device} ${item.type} ${String(item.values['phase'])}`,
        message: ({ compound, kind, device, item: { type, values, ts, historical } }) => {
          if (types.size > 0 && !types.has(type ?? '')) return null
          // What is over in the same moment has no phase, or says `pulse`.
          if (phases.size > 0 && !phases.has(String(values['phase'] ?? 'pulse'))) return null
          return { payload: { type, ...values }, topic: device, event: { compound, kind, device, type, ts, historical } }
        }
      })
    } catch (thrown) {
      this.status({ fill: 'red', shape: 'ring', text: asFault(thrown).message })
      this.error(asFault(thrown))
    }
  })
}
