/**
 * Credentials of passages never reach a disk as they were sent: they leave this place as a keyed hash, before the journal and before anybody who listens.
 * The same credential gives the same hash, so that it can be seen that it was the same card.
 */
import { createHmac } from 'node:crypto'
import { fieldCheck } from '../../protocol/fields.ts'
import { DOOR } from '../../protocol/kinds/door.ts'
import { MAX_ELEMENTS } from '../../protocol/limits.ts'
import { parseTopic } from '../../protocol/topics.ts'
import { endOfString, endOfValue, matchEnd, pastSpace } from './json-text.ts'

/** The word in whatever writing: upper and lower case, letters as `\u0063`. */
const WORD = new RegExp('credential'.split('').map(writings).join(''), 'i')
const EACH_WORD = new RegExp(WORD, 'gi')
/** What the name goes on with, up to the value: `Id": "`, `='`. Without `:`, `=` or `>` it is no name. */
const BETWEEN = /(?:[\w-]{0,40}(?=\\*["']?\s{0,40}[:=>]))?\\*["']?\s{0,40}([:=>]?)\s{0,40}\\*(["']?)/y
const HIDDEN = '***'
/** Characters of a hash, base64url: 132 bits, more than two cards will ever share. */
const HASH_CHARACTERS = 22
const KEY_NAME_CHARACTERS = 4

const isCredential = fieldCheck(DOOR.eventFields.credential)

export class Credentials {
  #key = ''
  #name = ''

  /** From here on it hashes with this key. Two keys give hashes that begin differently. */
  hold(key: string): void {
    this.#key = key
    this.#name = this.#digest('the name of the key').slice(0, KEY_NAME_CHARACTERS)
  }

  /**
   * What of a device's message may be kept and passed on: of doors, everything but credentials; the same bytes where there are none. In JSON a right one is replaced
   * by its hash and a wrong one by something that is wrong in the same way; in what is no JSON, whatever may be one is hidden.
   */
  readonly sealed = (topic: string, payload: Uint8Array): Uint8Array => {
    if (parseTopic(topic)?.kind !== 'door') return payload
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1')
    if (!WORD.test(text)) return isWide(text) ? Buffer.from(HIDDEN) : payload
    return Buffer.from(isJson(payload) ? this.#sealedJson(text) : hidden(text), 'latin1')
  }

  /** `text` is valid JSON, one character a byte. */
  #sealedJson(text: string): string {
    let out = ''
    let from = 0
    let hashes = 0
    for (let at = text.indexOf('"'); at >= 0;) {
      let end = endOfString(text, at)
      const raw = text.slice(at, end)
      const colon = pastSpace(text, end)
      if (WORD.test(raw)) {
        if (text[colon] === ':') {
          const start = pastSpace(text, colon + 1)
          end = endOfValue(text, start)
          hashes += 1
          out += text.slice(from, start) + this.#sealedValue(text.slice(start, end), hashes <= MAX_ELEMENTS)
        } else out += text.slice(from, at) + sealedText(raw)
        from = end
      }
      at = text.indexOf('"', end)
    }
    return out + text.slice(from)
  }

  /** A value as JSON, one character a byte. `hashes`: a message that can be used has no more of them. */
  #sealedValue(raw: string, hashes: boolean): string {
    if (raw.startsWith('{')) return '{}'
    if (raw.startsWith('[')) return '[]'
    if (/^[-0-9]/.test(raw)) return '0'
    if (!raw.startsWith('"')) return raw
    if (!hashes) return '"\\u0000"'
    const value = textOf(raw)
    if (value === '') return raw
    // As long as it was, and of a character that no credential may have: refused with the same words.
    if (!isCredential(value)) return `"\\u0000${'*'.repeat(value.length - 1)}"`
    return `"${this.#name}-${this.#digest(value).slice(0, HASH_CHARACTERS)}"`
  }

  #digest(value: string): string {
    return createHmac('sha256', this.#key).update(value).digest('base64url')
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes))
    return true
  } catch {
    return false
  }
}

/** True where the word stands in it with characters of two bytes. */
function isWide(text: string): boolean {
  return text.includes('\0') && WORD.test(text.replaceAll('\0', ''))
}

/** A string of JSON that is no name, one character a byte: it may quote JSON itself. */
function sealedText(raw: string): string {
  const value = textOf(raw)
  const kept = hidden(value)
  return kept === value ? raw : Buffer.from(JSON.stringify(kept)).toString('latin1')
}

function textOf(raw: string): string {
  return JSON.parse(Buffer.from(raw, 'latin1').toString()) as string
}

/** With everything hidden that stands where the value of a credential stands. */
function hidden(text: string): string {
  let out = ''
  let from = 0
  EACH_WORD.lastIndex = 0
  for (let word = EACH_WORD.exec(text); word; word = EACH_WORD.exec(text)) {
    BETWEEN.lastIndex = EACH_WORD.lastIndex
    const [between = '', sign, quote] = BETWEEN.exec(text) ?? []
    let start = EACH_WORD.lastIndex + between.length
    if (!sign) start = matchEnd(/[^A-Za-z0-9\x80-\uffff]{0,16}/y, text, start)
    const end = matchEnd(!sign ? /[^\s"',;:{}[\]]*/y : quote === "'" ? /[^']*/y : quote ? /(?:[^"]|"(?!\s*(?:[,}\]]|$)))*/y : /[^,}\]\r\n]*/y, text, start)
    if (end > start) out += text.slice(from, start) + HIDDEN
    else out += text.slice(from, start)
    from = end
    EACH_WORD.lastIndex = end
  }
  return out + text.slice(from)
}

/** A letter as it may stand in JSON. */
function writings(letter: string): string {
  const code = (of: string): string => `\\\\u00${of.charCodeAt(0).toString(16)}`
  return `(?:${letter}|${code(letter)}|${code(letter.toUpperCase())})`
}
