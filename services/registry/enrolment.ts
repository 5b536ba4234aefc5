import type { CompoundId, DeviceId, Millis } from '../../protocol/names.ts'
import type { CompoundRecord, DeviceRecord } from '../store/ports.ts'
import type { Enrolment, EnrolmentResult } from './actions.ts'

/** What an enrolment is held against. */
export interface Enrolled {
  readonly compounds: ReadonlyMap<CompoundId, CompoundRecord>
  readonly devices: ReadonlyMap<DeviceId, DeviceRecord>
}

/**
 * Enrols devices, each standing alone: `exists-already`, `unknown-compound`, `unknown-building`, `unknown-gateway` for those that cannot be.
 * A gateway that comes earlier in the list counts for those behind it.
 * @param at time of the journal entry, ms.
 */
export function enrol(known: Enrolled, list: readonly Enrolment[], at: Millis): { results: EnrolmentResult[]; put: DeviceRecord[] } {
  const fresh = new Map<DeviceId, DeviceRecord>()
  const results = list.map((one): EnrolmentResult => {
    const fault = faultOf(known, fresh, one)
    if (fault) return { ok: false, id: one.id, ...fault }
    fresh.set(one.id, {
      id: one.id, kind: one.kind, compound: one.compound, gateway: one.gateway, location: one.location, model: one.model,
      tokenHash: one.tokenHash, enrolledAt: at
    })
    return { ok: true, id: one.id }
  })
  return { results, put: [...fresh.values()] }
}

interface EnrolmentFault {
  readonly code: string
  readonly message: string
  readonly path: string
}

function faultOf(known: Enrolled, fresh: ReadonlyMap<DeviceId, DeviceRecord>, one: Enrolment): EnrolmentFault | null {
  const find = (id: DeviceId): DeviceRecord | undefined => fresh.get(id) ?? known.devices.get(id)
  if (find(one.id)) return { code: 'exists-already', message: `There is a device ${one.id} already.`, path: 'id' }
  const compound = known.compounds.get(one.compound)
  if (!compound) return { code: 'unknown-compound', message: `There is no compound ${one.compound}.`, path: 'compound' }
  const { building } = one.location
  if (!compound.buildings.some((one) => one.id === building)) {
    return { code: 'unknown-building', message: `There is no building ${building} in ${one.compound}.`, path: 'location.building' }
  }
  if (one.gateway === null) return null
  const gateway = find(one.gateway)
  const refused = (message: string): EnrolmentFault => ({ code: 'unknown-gateway', message, path: 'gateway' })
  if (one.kind === 'gateway') return refused('A gateway has a connection of its own: nobody speaks for it.')
  if (!gateway) return refused(`There is no gateway ${one.gateway}.`)
  if (gateway.kind !== 'gateway') return refused(`${one.gateway} is not a gateway but a ${gateway.kind}.`)
  if (gateway.compound !== one.compound) return refused(`The gateway ${one.gateway} is in ${gateway.compound}, not in ${one.compound}.`)
  return null
}
