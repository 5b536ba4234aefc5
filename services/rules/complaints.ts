/** What is complained of a device once, or so often, and not at each message. */
import type { Item } from '../../protocol/decoded.ts'
import type { Millis } from '../../protocol/names.ts'
import type { Complaint } from '../intake/report.ts'
import { oddTime } from '../intake/time.ts'
import type { DeviceState } from './state.ts'

/** Unknown fields that are remembered for a device; more of them are not warned of. */
const WARNED = 32
/** `sequence-reused` is reported so often an hour: a counter that stands still must not fill the quarantine. */
const REUSED_REPORTS = 20
const REUSED_WINDOW = 3_600_000

/** Of a pair of `boot` and `seq` that came with two bodies. */
export function complainOfReuse(state: DeviceState, { boot, seq, index }: Item, now: Millis, complaints: Complaint[]): DeviceState {
  const former = state.reused ?? null
  const { since, count } = former !== null && now - former.since < REUSED_WINDOW ? former : { since: now, count: 0 }
  if (count === REUSED_REPORTS) return state
  const last = count + 1 === REUSED_REPORTS ? ' It is not reported any more within this hour.' : ''
  const message = `boot "${boot}" seq ${seq} was used before with another body; both are kept.${last}`
  complaints.push({ code: 'sequence-reused', path: pathOf('seq', index), message, refused: false, boot, seq })
  return { ...state, reused: { since, count: count + 1 } }
}

/** Of each field that is not known, once a device. */
export function warnOfFields(state: DeviceState, fields: readonly string[], warnings: Complaint[]): DeviceState {
  if (fields.length === 0) return state
  const { warned } = state
  const fresh = fields.filter((field) => !warned.includes(field)).slice(0, WARNED - warned.length)
  if (fresh.length === 0) return state
  for (const field of fresh) {
    const message = `the field "${field}" is not known to the platform and was left out; reported once for a device`
    warnings.push({ code: 'unknown-field', path: field, message, refused: false, boot: null, seq: null })
  }
  return { ...state, warned: [...warned, ...fresh] }
}

/** Of a `ts` that is not believed; once a device, remembered by the name of the field. `said`: the device's time where it can be believed, else another. */
export function warnOfTime(state: DeviceState, items: readonly Item[], said: (ts: Millis) => Millis, warnings: Complaint[]): DeviceState {
  const { warned } = state
  if (warned.includes('ts') || warned.length >= WARNED) return state
  const odd = items.find(({ ts }) => ts !== null && said(ts) !== ts)
  if (!odd || odd.ts === null) return state
  const { ts, boot, seq, index } = odd
  warnings.push({ code: 'clock-suspect', path: pathOf('ts', index), message: oddTime(ts, said(ts * 1000) === ts * 1000), refused: false, boot, seq })
  return { ...state, warned: [...warned, 'ts'] }
}

function pathOf(field: string, index: number): string {
  return index === 0 ? field : `[${index}].${field}`
}
