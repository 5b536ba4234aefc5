import type { KindDefinition, NumberField } from './definition.ts'
import { BATTERY, CONFIGURE, RSSI, TAMPER, TEMPERATURE, order, percent, yesNo } from './fields.ts'

const OBSCURATION: NumberField = { type: 'number', unit: '%/m', min: 0, max: 100, label: { zh: '减光率', en: 'Obscuration' } }
const CO: NumberField = { type: 'number', unit: 'ppm', min: 0, max: 2000, label: { zh: '一氧化碳', en: 'Carbon monoxide' } }

/** A smoke, heat and CO detector in a home; battery, behind a gateway. */
export const SMOKE = {
  kind: 'smoke',
  label: { zh: '烟感', en: 'Smoke detector' },
  interval: 600_000,
  telemetry: {
    obscuration: OBSCURATION,
    temperature: TEMPERATURE,
    co: CO,
    contamination: percent('污染度', 'Contamination'),
    battery: BATTERY,
    rssi: RSSI,
    alarm: { type: 'boolean', lifeSafety: true, label: { zh: '火警', en: 'Alarm' } },
    tamper: TAMPER,
    fault: yesNo('故障', 'Fault')
  },
  events: {
    'alarm': { lifeSafety: true, label: { zh: '火警', en: 'Alarm' } },
    'alarm-cleared': { label: { zh: '火警解除', en: 'Alarm cleared' } },
    'call-point': { lifeSafety: true, label: { zh: '手动报警', en: 'Call point pressed' } },
    'test': { label: { zh: '测试', en: 'Test' } },
    'silenced': { label: { zh: '消音', en: 'Silenced' } },
    'fault': { label: { zh: '故障', en: 'Fault' } },
    'fault-cleared': { label: { zh: '故障恢复', en: 'Fault cleared' } },
    'tamper': { label: { zh: '被拆', en: 'Tamper' } }
  },
  eventFields: { obscuration: OBSCURATION, temperature: TEMPERATURE, co: CO },
  commands: {
    'silence': order('消音', 'Silence'),
    'self-test': order('自检', 'Self-test'),
    'locate': order('寻找设备（声光提示）', 'Locate (light and sound)'),
    'configure': CONFIGURE
  }
} as const satisfies KindDefinition
