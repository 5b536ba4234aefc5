import type { KindDefinition } from './definition.ts'
import { CONFIGURE, TAMPER, order, percent, yesNo } from './fields.ts'

/** Speaks MQTT for the detectors of a building. */
export const GATEWAY = {
  kind: 'gateway',
  label: { zh: '网关', en: 'Gateway' },
  interval: 60_000,
  telemetry: {
    cpu: percent('处理器', 'CPU'),
    memory: percent('内存', 'Memory'),
    children: { type: 'number', unit: null, min: 0, max: 10_000, whole: true, label: { zh: '在线子设备', en: 'Children online' } },
    uplink: { type: 'enum', values: ['fiber', 'lte', 'other'], label: { zh: '上行链路', en: 'Uplink' } },
    mains: yesNo('市电', 'Mains')
  },
  events: {
    'mains-lost': { label: { zh: '市电断开', en: 'Mains lost' } },
    'mains-restored': { label: { zh: '市电恢复', en: 'Mains restored' } },
    'uplink-changed': { label: { zh: '上行切换', en: 'Uplink changed' } },
    'tamper': { label: TAMPER.label }
  },
  eventFields: {},
  commands: {
    identify: order('识别设备（闪灯）', 'Identify (blinks)'),
    configure: CONFIGURE
  }
} as const satisfies KindDefinition
