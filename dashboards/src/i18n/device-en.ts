import type { deviceZh } from './device-zh.ts'

/** English texts of the page of a device. */
export const deviceEn = {
  'field.open': 'Door',
  'field.locked': 'Lock',
  'unit.1/s': 'fps',
  'value.tamper-true': 'detected',
  'value.tamper-false': 'none',
  'value.alarm-true': 'yes',
  'value.alarm-false': 'no',
  'value.fault-true': 'yes',
  'value.fault-false': 'no',
  'value.mains-true': 'on',
  'value.mains-false': 'lost',
  'value.card': 'card',
  'value.pin': 'PIN',
  'value.qr': 'QR code',
  'value.bluetooth': 'Bluetooth',
  'value.remote': 'remote',
  'value.key': 'key',
  'value.intercom': 'intercom',
  'value.in': 'in',
  'value.out': 'out',
  'value.start': 'start',
  'value.end': 'end',
  'value.pulse': 'pulse',
  'device.model': 'model',
  'device.zoom-finger': 'Zoom with the bar below or two fingers',
  'device.why-reconnected': 'connected anew, before it counted as offline'
} satisfies Record<keyof typeof deviceZh, string>
