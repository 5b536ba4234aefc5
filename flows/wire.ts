/**
 * The wire between the platform and Node-RED's process: a line of JSON for each message. Not Node's own channel: whatever a flow writes there by
 * going round its node would end the platform. Here what is no message is passed over, and what comes too fast waits.
 */
import type { Readable } from 'node:stream'
import type { Clock } from '../services/kernel/clock.ts'
import type { FromNodeRed } from './messages.ts'

/** The number under which Node-RED's process finds its end. */
export const WIRE = 3
/** No more than this many characters are read between two looks; a busy Node-RED says a tenth of it. */
const CHARACTERS_A_LOOK = 256 * 1024
/** A line that is longer is none of ours. */
const LONGEST_LINE = 64 * 1024
const LEVELS = new Set<unknown>(['error', 'warn', 'info'])

/** Reads text of a stream that another process writes, so much in each `period` (ms); returns a function that ends it. */
export function readPaced(stream: Readable, most: number, { clock, period }: { readonly clock: Clock; readonly period: number }, heard: (text: string) => void): () => void {
  let taken = 0
  stream.setEncoding('utf8').on('data', (text: string) => {
    taken += text.length
    if (taken > most) stream.pause()
    heard(text)
  })
  // It ends with the process, which is heard elsewhere.
  stream.on('error', () => undefined)
  return clock.every(period, () => {
    taken = 0
    stream.resume()
  })
}

/** Has the messages on the wire heard; returns a function that ends it. */
export function readMessages(stream: Readable, pace: { readonly clock: Clock; readonly period: number }, heard: (message: FromNodeRed) => void): () => void {
  let rest = ''
  return readPaced(stream, CHARACTERS_A_LOOK, pace, (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) rest = ''
    for (const line of lines) {
      const message = readMessage(line)
      if (message) heard(message)
    }
  })
}

/** The message in a line; null when it holds none. */
export function readMessage(line: string): FromNodeRed | null {
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof said !== 'object' || said === null) return null
  const { type, port, flows, level, text } = said as Readonly<Record<string, unknown>>
  if (type === 'ready' && typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536) return { type, port }
  if (type === 'beat' && typeof flows === 'boolean') return { type, flows }
  if (type === 'log' && typeof text === 'string' && LEVELS.has(level)) return { type, text, level: level as 'error' | 'warn' | 'info' }
  if (type === 'dying' && typeof text === 'string') return { type, text }
  return type === 'restart' ? { type } : null
}
