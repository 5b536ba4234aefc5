import { isUtf8 } from 'node:buffer'
import type { QuarantineView } from '../../protocol/http/quarantine.ts'
import type { QuarantineRecord } from '../store/ports.ts'

/** The bytes of one character of UTF-8, at most; the last one may have been cut at 1 KiB. */
const LONGEST_CHARACTER = 4

/** A refused message as it is shown: text where it is text, base64 where it is not. */
export function quarantineView({ position, n, body, ...rest }: QuarantineRecord): QuarantineView {
  const text = textOf(body, rest.size > body.length)
  return {
    id: `${position}.${n}`, ...rest,
    body: text ?? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
    encoding: text === null ? 'base64' : 'utf-8'
  }
}

function textOf(body: Uint8Array, cut: boolean): string | null {
  const shortest = cut ? body.length - LONGEST_CHARACTER + 1 : body.length
  for (let length = body.length; length >= Math.max(0, shortest); length -= 1) {
    const piece = body.subarray(0, length)
    if (isUtf8(piece)) return new TextDecoder().decode(piece)
  }
  return null
}
