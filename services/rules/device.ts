/** The rule about devices that are not heard of. Who is silent is presence's to say; this puts it into words. */
import type { Bilingual, Kind, Millis } from '../../protocol/names.ts'
import type { Presence } from '../presence/presence.ts'
import { silenceLimit } from './settings.ts'
import type { RuleSettings } from './settings.ts'
import type { Change } from './reading.ts'

/** What a change of presence means for `device.offline`. */
export function offlineChange(before: Presence, after: Presence, kind: Kind, now: Millis, settings: RuleSettings): Change | null {
  if (before.offline === after.offline) return null
  if (!after.offline) return { rule: 'device.offline', change: 'clear', ts: now, message: { zh: '已恢复通信', en: 'it speaks again' } }
  return { rule: 'device.offline', change: 'raise', ts: now, message: before.silentAt !== null && before.silentAt <= now ? silent(silenceLimit(settings, kind)) : LOST }
}

const LOST: Bilingual = { zh: '连接中断，未及时恢复', en: 'its connection was lost and did not come back in time' }

function silent(limit: Millis): Bilingual {
  return limit >= 600_000
    ? { zh: `${limit / 60_000} 分钟没有消息`, en: `nothing heard for ${limit / 60_000} min` }
    : { zh: `${limit / 1000} 秒没有消息`, en: `nothing heard for ${limit / 1000} s` }
}
