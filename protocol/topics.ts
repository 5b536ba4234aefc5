/** The grammar of topics: `v1/{compound}/{kind}/{device}/{channel}` and `v1/{compound}/alarms/{alarmId}`. */
import { MAX_ARRAY_BYTES, MAX_JPEG_BYTES, MAX_OBJECT_BYTES } from './limits.ts'
import { isCompoundId, isDeviceId, isKind } from './names.ts'
import type { CompoundId, DeviceId, Kind } from './names.ts'

export interface ParsedTopic {
  readonly compound: CompoundId
  readonly kind: Kind
  readonly device: DeviceId
  /** Everything behind the device: `telemetry`, `snapshot/17`, `command/4/result`, or whatever else was written there; never empty. */
  readonly channel: string
}

const PREFIX = 'v1/'
/** The longest topic prefix that can be right: `v1/` + 32 + `/` + 7 + `/` + 64 + `/`; lets a long nonsense topic fail at once. */
const LONGEST_PREFIX = PREFIX.length + 32 + 1 + 7 + 1 + 64 + 1

/** Takes a device's topic apart; null when it is none. On the way of every message: two or three scans, four slices. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (!topic.startsWith(PREFIX)) return null
  const afterCompound = topic.indexOf('/', PREFIX.length)
  if (afterCompound < 0 || afterCompound > LONGEST_PREFIX) return null
  const afterKind = topic.indexOf('/', afterCompound + 1)
  if (afterKind < 0 || afterKind > LONGEST_PREFIX) return null
  const afterDevice = topic.indexOf('/', afterKind + 1)
  if (afterDevice < 0 || afterDevice > LONGEST_PREFIX || afterDevice === topic.length - 1) return null
  const compound = topic.slice(PREFIX.length, afterCompound)
  const kind = topic.slice(afterCompound + 1, afterKind)
  const device = topic.slice(afterKind + 1, afterDevice)
  if (!isKind(kind) || !isCompoundId(compound) || !isDeviceId(device)) return null
  return { compound, kind, device, channel: topic.slice(afterDevice + 1) }
}

/** The topic of a device's channel. */
export function deviceTopic(compound: CompoundId, kind: Kind, device: DeviceId, channel: string): string {
  return `${PREFIX}${compound}/${kind}/${device}/${channel}`
}

/** Stands for the compound in topics of alarms about the platform itself; no compound can be called so. */
export const NO_COMPOUND = '-'

/** The topic of an alarm: retained while it is open. `compound` null: it is about the platform itself. */
export function alarmTopic(compound: CompoundId | null, alarmId: string): string {
  return `${PREFIX}${compound ?? NO_COMPOUND}/alarms/${alarmId}`
}

export const CHANNEL_NAMES = ['telemetry', 'event', 'status', 'snapshot', 'command', 'command-result', 'rejected'] as const
export type ChannelName = (typeof CHANNEL_NAMES)[number]
export type Direction = 'to-platform' | 'to-device'

/** What a channel is. */
export interface Channel {
  readonly name: ChannelName
  readonly direction: Direction
  /** Bytes that a body may have at most (an object on `telemetry` and `event` less: see `maxBytes`). */
  readonly maxBytes: number
  /** The `{ref}` of a snapshot or the `{id}` of a command's result; null for the others. */
  readonly ref: string | null
}

const channel = (name: ChannelName, direction: Direction, maxBytes: number): Channel => ({ name, direction, maxBytes, ref: null })

const FIXED_CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ['telemetry', channel('telemetry', 'to-platform', MAX_ARRAY_BYTES)],
  ['event', channel('event', 'to-platform', MAX_ARRAY_BYTES)],
  ['status', channel('status', 'to-platform', MAX_OBJECT_BYTES)],
  ['command', channel('command', 'to-device', MAX_OBJECT_BYTES)],
  ['rejected', channel('rejected', 'to-device', MAX_OBJECT_BYTES)]
])

/** A snapshot's ref and a command's id: a topic level and a file name, so nothing but letters, digits, `.`, `_`, `-`, and no leading dot. */
export const REF_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const SNAPSHOT = 'snapshot/'
const COMMAND = 'command/'
const RESULT = '/result'

/** What the text behind the device in a topic is; null when this kind of device has no such channel (`snapshot` is a camera's alone). */
export function channelOf(kind: Kind, text: string): Channel | null {
  const fixed = FIXED_CHANNELS.get(text)
  if (fixed) return fixed
  if (text.startsWith(SNAPSHOT)) {
    const ref = text.slice(SNAPSHOT.length)
    return kind === 'camera' && REF_PATTERN.test(ref) ? { name: 'snapshot', direction: 'to-platform', maxBytes: MAX_JPEG_BYTES, ref } : null
  }
  if (text.startsWith(COMMAND) && text.endsWith(RESULT)) {
    const ref = text.slice(COMMAND.length, -RESULT.length)
    return REF_PATTERN.test(ref) ? { name: 'command-result', direction: 'to-platform', maxBytes: MAX_OBJECT_BYTES, ref } : null
  }
  return null
}

const OPENING_BRACKET = 0x5b

/**
 * Bytes that this body may have on this channel: where arrays are allowed, 256 KiB when it begins with `[` and 64 KiB when it does not.
 * Looks at the leading white space and one byte, so it can be asked before the body is read.
 */
export function maxBytes(channel: Channel, body: Uint8Array): number {
  if (channel.name !== 'telemetry' && channel.name !== 'event') return channel.maxBytes
  for (const byte of body) {
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) continue
    return byte === OPENING_BRACKET ? MAX_ARRAY_BYTES : MAX_OBJECT_BYTES
  }
  return MAX_OBJECT_BYTES
}
