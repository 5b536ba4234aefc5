import type { KindDefinition } from './definition.ts'
import { BATTERY, CONFIGURE, RSSI, TAMPER, order, yesNo } from './fields.ts'

/** An access-controlled door of a building or a compound. */
export const DOOR = {
  kind: 'door',
  label: { zh: '门禁', en: 'Door' },
  interval: 60_000,
  telemetry: {
    open: yesNo('门开', 'Open'),
    locked: yesNo('已锁', 'Locked'),
    tamper: TAMPER,
    battery: BATTERY,
    supply: { type: 'number', unit: 'V', min: 0, max: 60, label: { zh: '供电电压', en: 'Supply voltage' } },
    rssi: RSSI
  },
  events: {
    'granted': { label: { zh: '放行', en: 'Granted' } },
    'denied': { label: { zh: '拒绝', en: 'Denied' } },
    'opened': { label: { zh: '门打开', en: 'Opened' } },
    'closed': { label: { zh: '门关闭', en: 'Closed' } },
    'forced': { label: { zh: '强行打开', en: 'Forced' } },
    'exit-request': { label: { zh: '出门按钮', en: 'Exit request' } },
    'duress': { lifeSafety: true, label: { zh: '胁迫', en: 'Duress' } },
    'tamper': { label: { zh: '被拆', en: 'Tamper' } },
    'lock-fault': { label: { zh: '锁故障', en: 'Lock fault' } }
  },
  eventFields: {
    method: {
      type: 'enum',
      values: ['card', 'pin', 'qr', 'bluetooth', 'remote', 'key', 'intercom'],
      label: { zh: '方式', en: 'Method' }
    },
    credential: { type: 'text', maxCharacters: 64, label: { zh: '凭证', en: 'Credential' } },
    direction: { type: 'enum', values: ['in', 'out'], label: { zh: '方向', en: 'Direction' } },
    reason: { type: 'text', maxCharacters: 128, label: { zh: '原因', en: 'Reason' } }
  },
  commands: {
    unlock: order('开锁', 'Unlock'),
    lock: order('上锁', 'Lock'),
    release: { ...order('释放（失电开门，直到恢复）', 'Release (fail-safe open until restored)'), holds: 'until-replaced' },
    // A door that was away when it was restored would stay open for ever.
    restore: { ...order('恢复', 'Restore'), holds: 'until-done' },
    configure: CONFIGURE
  }
} as const satisfies KindDefinition
