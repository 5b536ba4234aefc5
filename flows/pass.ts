import { createHash, timingSafeEqual } from 'node:crypto'

/** The header with which the platform hands a request on to Node-RED; without it nothing there answers. */
export const PASS_HEADER = 'x-gatehouse-flows'

/** Who sits in front of the editor, in the words of Node-RED: `*` edits, `read` looks. */
export interface Editor {
  readonly username: string
  readonly permissions: '*' | 'read'
}

/** The value of the header: the secret that only this start of the platform and Node-RED know, and who asks. */
export function writePass(secret: string, editor: Editor): string {
  return `${secret}.${Buffer.from(JSON.stringify(editor)).toString('base64url')}`
}

/** Who asks; null when the header is missing or holds another secret. */
export function readPass(secret: string, header: unknown): Editor | null {
  if (typeof header !== 'string') return null
  const dot = header.indexOf('.')
  if (dot < 0 || !same(header.slice(0, dot), secret)) return null
  const { username, permissions } = JSON.parse(Buffer.from(header.slice(dot + 1), 'base64url').toString()) as Editor
  return { username, permissions: permissions === '*' ? '*' : 'read' }
}

function same(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
