/** Fields that several kinds of device have in common. */
import type { BooleanField, Command, NumberField } from './definition.ts'

export const percent = (zh: string, en: string): NumberField => ({ type: 'number', unit: '%', min: 0, max: 100, label: { zh, en } })

export const yesNo = (zh: string, en: string): BooleanField => ({ type: 'boolean', label: { zh, en } })

export const BATTERY = percent('电量', 'Battery')

/** Received signal strength; 0 dBm at the antenna and -150 dBm are beyond what any radio in the field reports. */
export const RSSI: NumberField = { type: 'number', unit: 'dBm', min: -150, max: 0, label: { zh: '信号强度', en: 'Signal strength' } }

export const TEMPERATURE: NumberField = { type: 'number', unit: '°C', min: -40, max: 125, label: { zh: '温度', en: 'Temperature' } }

export const TAMPER = yesNo('防拆', 'Tamper')

/** Understood by every kind; its arguments are the device's own. */
export const CONFIGURE: Command = { label: { zh: '配置', en: 'Configure' }, args: {}, closed: false }

/** A command without arguments. */
export const order = (zh: string, en: string): Command => ({ label: { zh, en }, args: {}, closed: true })
