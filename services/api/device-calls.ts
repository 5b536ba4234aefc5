import type { DeviceView, EventView } from '../../protocol/http/devices.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import { mayDo } from '../../protocol/http/access.ts'
import { telemetryField, unitOf } from '../../protocol/kinds/index.ts'
import type { EnrolmentResult } from '../registry/actions.ts'
import { sees } from '../registry/access.ts'
import type { Identity } from '../registry/access.ts'
import { hashSecret, makeSecret } from '../registry/secret.ts'
import type { DeviceRecord } from '../store/ports.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { isProblemCode, Problem } from './problem.ts'
import { quarantineView } from './quarantine-view.ts'

type Calls =
  | 'devices.list' | 'devices.create' | 'devices.show' | 'devices.remove' | 'devices.token' | 'devices.readings' | 'devices.events' | 'devices.connections'
  | 'quarantine.list'

/** A chart shows the last day where nothing else is asked for, ms. */
const DAY = 24 * 3600 * 1000
/** They say who passed when. */
const PASSAGES = new Set(['granted', 'denied'])
/** What of a passage tells who it was, or where they live. */
const PERSONAL = new Set(['credential', 'home'])

/** Devices, what they measured, what happened at them, and what of theirs was refused. */
export function deviceCalls(house: ApiHouse): Pick<Handlers, Calls> {
  const { directory, brain, clock, queries } = house

  const find = (who: Identity, id: DeviceId): DeviceRecord => findDevice(house, who, id)

  /** As it is in memory, for a device that the reading side does not know yet. */
  function fresh({ id, kind, compound, gateway, location, model, enrolledAt }: DeviceRecord): DeviceView {
    const presence = directory.presence.get(id)
    return { id, kind, compound, gateway, location, model, enrolledAt, online: presence?.online ?? false, lastSeenAt: presence?.lastSeenAt ?? null, latest: {} }
  }

  return {
    async 'devices.list'({ who, query: { limit, cursor, ...filter } }) {
      demandCompound(house, who, filter.compound)
      return await queries.devices({ scope: who.scope, ...filter }, { limit, cursor })
    },

    async 'devices.create'({ who, body }) {
      demandCompoundToEnrol(who, body.compound)
      const token = makeSecret()
      const results = (await perform(brain, who.actor, { name: 'device.enrol', devices: [{ ...body, tokenHash: hashSecret(token) }] })) as EnrolmentResult[]
      const [result] = results
      const record = directory.devices.get(body.id)
      if (result && !result.ok) {
        const { code, message, path } = result
        throw new Problem(isProblemCode(code) ? code : 'internal', message, { faults: [{ path, message }] })
      }
      if (!result || !record) throw new Problem('internal', 'the device was enrolled and is not there')
      return { device: fresh(record), token }
    },

    async 'devices.show'({ who, params }) {
      const device = find(who, params.id)
      return (await queries.device(params.id)) ?? fresh(device)
    },

    async 'devices.remove'({ who, params }) {
      find(who, params.id)
      await perform(brain, who.actor, { name: 'device.remove', id: params.id })
      return null
    },

    async 'devices.token'({ who, params }) {
      find(who, params.id)
      const token = makeSecret()
      await perform(brain, who.actor, { name: 'device.token', id: params.id, tokenHash: hashSecret(token) })
      return { id: params.id, token }
    },

    async 'devices.readings'({ who, params, query: { field, points, ...range } }) {
      const { kind } = find(who, params.id)
      if (!telemetryField(kind, field)) {
        throw new Problem('bad-input', `a ${kind} measures no ${field}`, { faults: [{ path: 'field', message: `a ${kind} measures no ${field}` }] })
      }
      const to = range.to ?? clock.now()
      const from = range.from ?? Math.max(0, to - DAY)
      demandOrder(from, to)
      return { field, unit: unitOf(kind, field), ...await queries.readings(params.id, field, from, to, points) }
    },

    async 'devices.events'({ who, params, query: { from, to, reason, limit, cursor } }) {
      find(who, params.id)
      if (from !== undefined && to !== undefined) demandOrder(from, to)
      if (reason !== undefined) {
        if (!mayDo(who.role, 'investigate')) throw new Problem('not-permitted', `the role ${who.role} may not read who passed`)
        // First on record, then shown: nobody reads passages and leaves no trace.
        await perform(brain, who.actor, { name: 'passages.read', device: params.id, reason })
      }
      const page = await queries.events(params.id, { from, to }, { limit, cursor })
      return reason === undefined ? { items: page.items.map(withoutPerson), next: page.next } : page
    },

    async 'devices.connections'({ who, params, query: { from, to, limit, cursor } }) {
      find(who, params.id)
      if (from !== undefined && to !== undefined) demandOrder(from, to)
      return await queries.connections(params.id, { from, to }, { limit, cursor })
    },

    async 'quarantine.list'({ who, query: { device, limit, cursor } }) {
      const page = await queries.quarantine({ scope: who.scope, device }, { limit, cursor })
      return { items: page.items.map(quarantineView), next: page.next }
    }
  }
}

/** The device; for who may not see its compound there is none. */
export function findDevice({ directory }: Pick<ApiHouse, 'directory'>, who: Identity, id: DeviceId): DeviceRecord {
  const device = directory.devices.get(id)
  if (!device || !sees(who.scope, device.compound)) throw new Problem('not-found', `there is no device ${id}`)
  return device
}

/** A filter by a compound that is not there, or not for this asker, is a mistake and not an empty list. */
export function demandCompound(house: Pick<ApiHouse, 'directory'>, who: Identity, compound: string | undefined): void {
  if (compound === undefined) return
  if (sees(who.scope, compound as CompoundId) && house.directory.compounds.has(compound as CompoundId)) return
  const message = `there is no compound ${compound}`
  throw new Problem('not-found', message, { faults: [{ path: 'compound', message }] })
}

/** For who sees some compounds only, the others do not exist; whether one exists at all is the brain's to say. */
function demandCompoundToEnrol(who: Identity, compound: CompoundId): void {
  if (sees(who.scope, compound)) return
  const message = `There is no compound ${compound}.`
  throw new Problem('unknown-compound', message, { faults: [{ path: 'compound', message }] })
}

function demandOrder(from: number, to: number): void {
  if (from < to) return
  throw new Problem('bad-input', 'from must be before to', { faults: [{ path: 'from', message: 'from must be before to' }] })
}

function withoutPerson(event: EventView): EventView {
  if (!PASSAGES.has(event.type)) return event
  return { ...event, fields: Object.fromEntries(Object.entries(event.fields).filter(([name]) => !PERSONAL.has(name))) }
}
