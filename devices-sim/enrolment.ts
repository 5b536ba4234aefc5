import { UserFault } from './faults.ts'
import { devicesOf } from './pilot.ts'
import type { PilotCompound, PilotDevice } from './pilot.ts'
import { problemText } from './platform.ts'
import type { Platform } from './platform.ts'

/** Requests at a time: enough to keep the platform busy, few enough to leave room for others. */
const AT_A_TIME = 4
const TOKENS_AT_A_TIME = 32

export interface EnrolmentReport {
  readonly compounds: number
  readonly enrolled: number
  readonly renewed: number
}

/**
 * Makes sure that the platform knows the pilot, and that `tokens` holds a working token for each device that connects by itself.
 * What exists already stays as it is; a device whose token nobody remembers gets a new one.
 * @param needsToken devices that connect by themselves
 * @throws UserFault when the platform refuses something; all refusals of a compound at once
 */
export async function enrol(
  platform: Platform, compounds: readonly PilotCompound[], tokens: Map<string, string>, needsToken: (device: PilotDevice) => boolean,
  progress: (done: number) => void
): Promise<EnrolmentReport> {
  let done = 0
  let enrolled = 0
  const orphans: string[] = []
  await inParallel(compounds, AT_A_TIME, async (compound) => {
    const devices = devicesOf(compound)
    const known = await createCompound(platform, compound)
    if (!known) for (const device of devices) tokens.delete(device.id)
    const missing = known && (await total(platform, compound)) >= devices.length ? devices.filter((one) => needsToken(one) && !tokens.has(one.id)) : devices
    if (missing.length > 0) {
      const answers = (await platform.importDevices(missing.map(lineOf))) as readonly ImportAnswer[]
      const faults: string[] = []
      for (const answer of answers) {
        if (answer.token !== undefined) {
          tokens.set(answer.id, answer.token)
          enrolled++
        } else if (answer.error?.code !== 'exists-already') faults.push(`  ${answer.id}: ${answer.error?.message ?? 'no token'}`)
      }
      if (faults.length > 0) {
        throw new UserFault([`${compound.id} (${compound.homes} homes): the platform refuses ${faults.length} devices`, ...faults.slice(0, 5), ...(known ? [`It has had ${compound.id} before; made with fewer homes, it has no room for more: take as many --homes as then, or a platform with new data.`] : [])])
      }
      orphans.push(...missing.filter((one) => needsToken(one) && !tokens.has(one.id)).map((one) => one.id))
    }
    progress(++done)
  })
  await inParallel(orphans, TOKENS_AT_A_TIME, async (id) => void tokens.set(id, await renewToken(platform, id)))
  return { compounds: compounds.length, enrolled, renewed: orphans.length }
}

/** A new token for a device; the old one stops working. */
export async function renewToken(platform: Platform, id: string): Promise<string> {
  const { status, body } = await platform.call('POST', `/devices/${id}/token`)
  const token = (body as { token?: unknown } | null)?.token
  if (status >= 300 || typeof token !== 'string') throw new UserFault(`no new token for ${id}: ${problemText(status, body)}`)
  return token
}

interface ImportAnswer {
  readonly id: string
  readonly token?: string
  readonly error?: { readonly code: string; readonly message: string }
}

/** Whether the platform knew it already. */
async function createCompound(platform: Platform, compound: PilotCompound): Promise<boolean> {
  const { id, name, district, homes, buildings, location } = compound
  const { status, body } = await platform.call('POST', '/compounds', { id, name, district, homes, buildings, location })
  if (status < 300) return false
  if (status === 409) return true
  throw new UserFault(`the platform does not take compound ${id}: ${problemText(status, body)}`)
}

async function total(platform: Platform, compound: PilotCompound): Promise<number> {
  const { status, body } = await platform.call('GET', `/compounds/${compound.id}`)
  return status < 300 ? ((body as { devices?: { total?: number } }).devices?.total ?? 0) : 0
}

function lineOf(device: PilotDevice): unknown {
  const { id, kind, compound, gateway, location, model } = device
  return { id, kind, compound, location, model, ...(gateway === null ? {} : { gateway }) }
}

/** Does it for each, so many at a time; the first error ends it. */
export async function inParallel<T>(items: readonly T[], width: number, run: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async (): Promise<void> => {
    for (const item of rest) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}
