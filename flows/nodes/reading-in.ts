import { listOf } from './platform/fields.ts'
import { linkOf } from './platform/link.ts'
import { asFault } from './platform/fault.ts'
import type { Red } from './platform/red.ts'
import { hear } from './platform/reports.ts'

/** `reading in`: measured values of devices. */
export function readingIn(red: Red): void {
  red.nodes.registerType('gatehouse-reading-in', function readingInNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    const [field] = listOf(definition, 'field')
    try {
      hear(this, link, definition, 'telemetry', {
        key: ({ device }) => device,
        message: ({ compound, kind, device, item: { values, ts, historical } }) => {
          if (field !== undefined && !Object.hasOwn(values, field)) return null
          return { payload: field === undefined ? values : values[field], topic: device, reading: { compound, kind, device, field: field ?? null, ts, historical } }
        }
      })
    } catch (thrown) {
      this.status({ fill: 'red', shape: 'ring', text: asFault(thrown).message })
      this.error(asFault(thrown))
    }
  })
}
