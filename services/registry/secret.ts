import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, base64url; shown once. A random secret needs no slow hash: SHA-256 is enough and cheap for 7,300 reconnects at once. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256, hex. */
export function hashSecret(secret: string | Uint8Array): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function secretMatches(secret: string | Uint8Array, hash: string): boolean {
  const given = createHash('sha256').update(secret).digest()
  const wanted = Buffer.from(hash, 'hex')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
