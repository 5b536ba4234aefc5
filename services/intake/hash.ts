/** Hashes to recognise what was seen before: FNV-1a, 32 bits (public domain, Fowler, Noll, Vo). Not for anything that an attacker must not forge. */
const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

function text(hash: number, value: string): number {
  let result = hash
  for (let index = 0; index < value.length; index += 1) result = Math.imul(result ^ value.charCodeAt(index), PRIME)
  return result
}

/** Of the bytes of a body; `seed` lets two channels keep apart. Unsigned 32 bits. */
export function hashBytes(bytes: Uint8Array, seed: string): number {
  let result = text(OFFSET, seed)
  for (const byte of bytes) result = Math.imul(result ^ byte, PRIME)
  return result >>> 0
}

/** Of a JSON object, whatever the order of its fields: a gateway may write anew what a detector said. Unsigned 32 bits. */
export function hashContent(raw: unknown): number {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) return text(OFFSET, JSON.stringify(raw) ?? '') >>> 0
  let sum = 0
  for (const [name, value] of Object.entries(raw)) {
    const field = text(text(OFFSET, name) ^ 0x3a, typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value))
    // FNV leaves the last characters weak; mixed once more before the sum (finaliser of MurmurHash3, public domain).
    sum = (sum + mix(field)) | 0
  }
  return sum >>> 0
}

function mix(hash: number): number {
  let result = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  result = Math.imul(result ^ (result >>> 13), 0xc2b2ae35)
  return result ^ (result >>> 16)
}
