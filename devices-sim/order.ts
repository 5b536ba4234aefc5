import type { DeviceId } from '../protocol/names.ts'
import { textOf } from './faults.ts'
import { problemText } from './platform.ts'
import type { Platform } from './platform.ts'

/** Has the platform tell a device a command without arguments, as a person would. What goes wrong with it is said; never rejects. */
export async function giveOrder(platform: Pick<Platform, 'call'>, id: DeviceId, name: string, say: (line: string) => void): Promise<void> {
  try {
    const { status, body } = await platform.call('POST', `/devices/${id}/commands`, { name, args: {} })
    if (status >= 300) say(`${id} cannot be told to ${name}: ${problemText(status, body)}`)
  } catch (thrown) {
    say(textOf(thrown))
  }
}
