/**
 * What was seen before. Key of an object: (boot, seq) within its device and channel, or its content with its `ts` where it has none. Everything here is
 * bounded, and what was forgotten counts as new: rather judged twice than not at all.
 */
import type { Item } from '../../protocol/decoded.ts'
import { hashBytes, hashContent } from './hash.ts'

/** Objects with an own number that followed one another within one boot. Plain JSON data. */
interface Run {
  readonly boot: string
  /** `seq` after the last one. */
  readonly next: number
  /** Content of the older ones, four characters each: 24 bits in base 64. One a device and kilobyte, where numbers would take eight. */
  readonly packed: string
  /** Content of the newest ones, until there are enough to pack. */
  readonly tail: readonly number[]
}

/** What a channel of a device said last. Plain JSON data. */
export interface Seen {
  /** Oldest first. */
  readonly runs: readonly Run[]
  /** Objects that are in the runs. */
  readonly count: number
  /** Objects without a number: content and time in one number each, oldest first. */
  readonly stamps: readonly number[]
  /** Whole arrays, oldest first. */
  readonly bodies: readonly number[]
}

export const NOTHING_SEEN: Seen = { runs: [], count: 0, stamps: [], bodies: [] }

/** Objects remembered for a channel. An MQTT client has some 20 to 100 in flight that it may send again. */
const OBJECTS = 256
/** Forgotten at once when there are more, so that not every message moves all of them. */
const BATCH = 64
const BODIES = 16
const TAIL = 16
const WIDTH = 4
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** `repeat`: counts once, so drop it. `reused`: the number was used before for something else; keep it and say so. */
export type Recognition = 'new' | 'repeat' | 'reused'

/** Recognises one object and remembers it. One that was salvaged without time and number is always new. */
export function recognise(seen: Seen, item: Item): { readonly seen: Seen; readonly is: Recognition } {
  const content = hashContent(item.raw)
  if (item.boot !== null && item.seq !== null) return numbered(seen, item.boot, item.seq, content & 0xffffff)
  if (item.ts === null) return { seen, is: 'new' }
  const stamp = (content & 0x3ffffff) * 0x4000000 + (item.ts % 0x3fffffb)
  if (seen.stamps.includes(stamp)) return { seen, is: 'repeat' }
  const stamps = seen.stamps.length < OBJECTS ? seen.stamps : seen.stamps.slice(BATCH)
  return { seen: { ...seen, stamps: [...stamps, stamp] }, is: 'new' }
}

/** Recognises a whole array: more objects than are remembered one by one. */
export function recogniseBody(seen: Seen, channel: string, body: Uint8Array): { readonly seen: Seen; readonly is: Recognition } {
  const hash = hashBytes(body, channel) + body.byteLength * 0x100000000
  if (seen.bodies.includes(hash)) return { seen, is: 'repeat' }
  return { seen: { ...seen, bodies: [...seen.bodies.slice(1 - BODIES), hash] }, is: 'new' }
}

function numbered(seen: Seen, boot: string, seq: number, content: number): { readonly seen: Seen; readonly is: Recognition } {
  const { runs } = seen
  // Nearly always it is the next one of the newest run.
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const run = runs[at]
    if (!run || run.boot !== boot || seq > run.next || seq < run.next - lengthOf(run)) continue
    if (seq === run.next) return { seen: trimmed({ ...seen, runs: replaced(runs, at, appended(run, content)), count: seen.count + 1 }), is: 'new' }
    if (contentOf(run, seq) === content) return { seen, is: 'repeat' }
    return { seen: { ...seen, runs: replaced(runs, at, rewritten(run, seq, content)) }, is: 'reused' }
  }
  const run: Run = { boot, next: seq + 1, packed: '', tail: [content] }
  return { seen: trimmed({ ...seen, runs: [...runs, run], count: seen.count + 1 }), is: 'new' }
}

function lengthOf(run: Run): number {
  return run.packed.length / WIDTH + run.tail.length
}

function replaced(runs: readonly Run[], at: number, run: Run): readonly Run[] {
  return runs.length === 1 ? [run] : runs.toSpliced(at, 1, run)
}

function appended(run: Run, content: number): Run {
  if (run.tail.length < TAIL) return { ...run, next: run.next + 1, tail: [...run.tail, content] }
  return { boot: run.boot, next: run.next + 1, packed: run.packed + run.tail.map(encode).join(''), tail: [content] }
}

function contentOf(run: Run, seq: number): number {
  const index = seq - (run.next - lengthOf(run))
  const packed = run.packed.length / WIDTH
  return index < packed ? decode(run.packed.slice(index * WIDTH, index * WIDTH + WIDTH)) : (run.tail[index - packed] ?? -1)
}

/** The newest content counts from now on, so that its own repeat is recognised. */
function rewritten(run: Run, seq: number, content: number): Run {
  const index = seq - (run.next - lengthOf(run))
  const packed = run.packed.length / WIDTH
  if (index >= packed) return { ...run, tail: run.tail.with(index - packed, content) }
  return { ...run, packed: run.packed.slice(0, index * WIDTH) + encode(content) + run.packed.slice((index + 1) * WIDTH) }
}

function trimmed(seen: Seen): Seen {
  if (seen.count <= OBJECTS) return seen
  let surplus = BATCH
  const runs: Run[] = []
  for (const run of seen.runs) {
    const length = lengthOf(run)
    if (surplus >= length) {
      surplus -= length
    } else if (surplus > 0) {
      const packed = Math.min(surplus, run.packed.length / WIDTH)
      runs.push({ ...run, packed: run.packed.slice(packed * WIDTH), tail: run.tail.slice(surplus - packed) })
      surplus = 0
    } else {
      runs.push(run)
    }
  }
  return { ...seen, runs, count: seen.count - BATCH + surplus }
}

function encode(content: number): string {
  return (DIGITS[content >>> 18] ?? '') + (DIGITS[(content >>> 12) & 63] ?? '') + (DIGITS[(content >>> 6) & 63] ?? '') + (DIGITS[content & 63] ?? '')
}

function decode(four: string): number {
  let content = 0
  for (const digit of four) content = content * 64 + DIGITS.indexOf(digit)
  return content
}
