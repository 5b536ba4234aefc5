import type { Alarm } from '../../protocol/alarm.ts'
import type { DeviceView } from '../../protocol/http/devices.ts'
import type { CompoundView, Site } from '../../protocol/http/places.ts'
import { isKind, KINDS } from '../../protocol/names.ts'
import { badField } from './platform/fault.ts'
import { numberOf, textOf } from './platform/fields.ts'
import { answerEach, shown } from './platform/input.ts'
import { linkOf } from './platform/link.ts'
import type { PlatformLink } from './platform/link.ts'
import type { Definition, Message, Red } from './platform/red.ts'

const HOUR = 3_600_000

/** `compound state`: asks how a compound stands, or all of them. */
export function compoundState(red: Red): void {
  red.nodes.registerType('gatehouse-compound-state', function compoundStateNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    answerEach(this, async (message, send) => {
      const compound = compoundOf(definition, message)
      const [site, compounds, alarms, devices] = await Promise.all([
        link.api.get<Site>('/site'),
        compound === '' ? link.api.list<CompoundView>('/compounds') : link.api.get<CompoundView>(`/compounds/${encodeURIComponent(compound)}`).then((one) => [one]),
        alarmsOf(link, definition, compound),
        devicesOf(link, definition, compound)
      ])
      shown(this, true, `${compound || '*'} ${compounds.length}`)
      send({ ...message, payload: { compound: compound || null, site: { name: site.name, timeZone: site.timeZone }, compounds, ...alarms && { alarms }, ...devices && { devices } } })
    })
  })
}

/** Empty: all. A node that is set to `*` does not look at the message. */
function compoundOf(definition: Definition, message: Message): string {
  const typed = textOf(definition, 'compound')
  const given = typed === '' ? message['compound'] ?? '' : typed
  if (typeof given !== 'string') throw badField('msg.compound', 'must be a text', given)
  return given === '*' ? '' : given.trim()
}

/** Those that are open, or all that were received in the last hours; null: not wanted. */
async function alarmsOf(link: PlatformLink, definition: Definition, compound: string): Promise<Alarm[] | null> {
  const wanted = textOf(definition, 'alarms') || 'none'
  if (wanted === 'none') return null
  if (wanted !== 'open' && wanted !== 'recent') throw badField('alarms', 'must be one of none, open, recent', wanted)
  const since = wanted === 'open' ? 0 : Date.now() - numberOf(definition, 'hours', { min: 0.1, max: 24 * 31, otherwise: 24 }) * HOUR
  const query = { state: wanted === 'open' ? 'open' : 'all', ...compound !== '' && { compound } }
  const alarms = await link.api.list<Alarm>('/alarms', query, ({ receivedAt }) => receivedAt >= since)
  return alarms.filter(({ receivedAt }) => receivedAt >= since)
}

/** Devices of one kind with their latest values; null: not wanted. */
async function devicesOf(link: PlatformLink, definition: Definition, compound: string): Promise<DeviceView[] | null> {
  const kind = textOf(definition, 'devices')
  if (kind === '' || kind === 'none') return null
  if (!isKind(kind)) throw badField('devices', `must be one of none, ${KINDS.join(', ')}`, kind)
  return await link.api.list<DeviceView>('/devices', { kind, ...compound !== '' && { compound } })
}
