import type { Page, Paging } from '../../protocol/http/common.ts'
import { Problem } from './problem.ts'

/** A page of what the main thread holds in memory, by key; the cursor is the last key of the page before. */
export function pageOf<Row>(rows: Iterable<Row>, keyOf: (row: Row) => string, { limit, cursor }: Paging): Page<Row> {
  const after = cursor === undefined ? null : readCursor(cursor)
  const rest = [...rows].filter((row) => after === null || keyOf(row) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && rest.length > limit ? Buffer.from(`k:${keyOf(last)}`).toString('base64url') : null }
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (!text.startsWith('k:')) throw new Problem('bad-cursor', 'take `next` of the page before, as it is', { faults: [{ path: 'cursor', message: 'cursor is not one that this list gave out' }] })
  return text.slice(2)
}
