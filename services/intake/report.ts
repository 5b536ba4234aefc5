/** From a journal entry to what can be judged, and everything that was wrong with it. */
import { decodeCommandResult, decodeReport, decodeStatus } from '../../protocol/decode.ts'
import type { DecodeFault, Item, Status } from '../../protocol/decoded.ts'
import { channelOf, maxBytes } from '../../protocol/topics.ts'
import type { JournalEntry, MessageEntry, QuarantineRecord } from '../store/ports.ts'

export type StoredMessage = MessageEntry & Pick<JournalEntry, 'position' | 'at'>

/** One thing that was wrong with a message. */
export interface Complaint extends Pick<DecodeFault, 'path' | 'message' | 'refused' | 'boot' | 'seq'> {
  readonly code: string
}

/** What a message says. */
export interface Report {
  readonly channel: 'telemetry' | 'event' | 'status' | 'command-result' | 'snapshot' | null
  /** Of `telemetry` and `event`, in the order in which they were sent. */
  readonly items: readonly Item[]
  readonly status: Status | null
  readonly complaints: readonly Complaint[]
  /** Fields that the platform does not know: a warning, once a device. */
  readonly unknownFields: readonly string[]
}

/** Bytes of a body that are kept where it is not kept whole: of a picture or of what is too large in the journal, of everything in quarantine (the contract's number). */
export const EXCERPT = 1024
/** Complaints of one message that are kept one by one; the rest is counted. An array of 500 could make thousands. */
const COMPLAINTS = 50

/** Checks and decodes a message. Never throws: what cannot be used is a complaint. */
export function readMessage(entry: MessageEntry): Report {
  const channel = channelOf(entry.kind, entry.channel)
  if (channel === null) {
    const own = `telemetry, event, status${entry.kind === 'camera' ? ', snapshot/{ref}' : ''} and command/{id}/result`
    return refused('unknown-channel', `a device of the kind ${entry.kind} has no channel "${entry.channel.slice(0, 80)}", it has ${own}`)
  }
  const { name } = channel
  if (name === 'telemetry' || name === 'event') {
    const { items, faults, unknownFields } = decodeReport(entry.kind, name, entry.text ?? entry.body, entry.size)
    return { channel: name, items, status: null, complaints: faults, unknownFields }
  }
  const limit = maxBytes(channel, entry.body)
  if (entry.size > limit) return refused('too-large', `${entry.size} bytes, and ${name} takes ${limit}`)
  if (name === 'status') {
    const { status, faults, unknownFields } = decodeStatus(entry.body)
    return { channel: name, items: [], status, complaints: faults, unknownFields }
  }
  if (name === 'command-result') {
    const { faults, unknownFields } = decodeCommandResult(entry.body)
    return { channel: name, items: [], status: null, complaints: faults, unknownFields }
  }
  if (name !== 'snapshot') return refused('wrong-channel', `nobody but the platform publishes on "${name}"`)
  if (!isJpeg(entry.body)) return refused('not-a-picture', 'a snapshot is a JPEG, and this does not begin like one')
  return { channel: name, items: [], status: null, complaints: [], unknownFields: [] }
}

/** Records for quarantine: one a complaint, and one that counts those beyond 50. */
export function quarantineOf(entry: StoredMessage, complaints: readonly Complaint[]): QuarantineRecord[] {
  const body = entry.body.subarray(0, EXCERPT)
  const record = (complaint: Complaint, index: number): QuarantineRecord => ({
    position: entry.position,
    n: index,
    at: entry.at,
    device: entry.device,
    compound: entry.compound,
    channel: entry.channel.slice(0, 200),
    code: complaint.code,
    path: complaint.path,
    message: complaint.message,
    refused: complaint.refused,
    size: entry.size,
    body
  })
  return complaints.length <= COMPLAINTS ? complaints.map(record) : [...complaints.slice(0, COMPLAINTS), rest(complaints.slice(COMPLAINTS))].map(record)
}

function rest(complaints: readonly Complaint[]): Complaint {
  const objects = complaints.filter((complaint) => complaint.refused).length
  return {
    code: 'more-faults', path: '', refused: objects > 0, boot: null, seq: null,
    message: `${complaints.length} more faults in this message, ${objects} of which refused an object`
  }
}

function refused(code: string, message: string): Report {
  return { channel: null, items: [], status: null, complaints: [{ code, path: '', message, refused: true, boot: null, seq: null }], unknownFields: [] }
}

/** By its start-of-image marker (ISO/IEC 10918-1). */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}
