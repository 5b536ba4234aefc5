import { GatehouseError } from '../../kernel/errors.ts'
import type { Page } from '../ports.ts'

/** The key behind which the next page begins. */
export type Key = readonly (string | number)[]

/** An opaque cursor: of which list, and its key. */
export function cursorOf(list: string, key: Key): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url')
}

/** The key in a cursor, of the same types as `like`; null without a cursor. Throws `bad-cursor` for one that this list did not give out. */
export function keyOf<K extends Key>(list: string, cursor: string | undefined, like: K): K | null {
  if (cursor === undefined) return null
  const [of, ...key] = parse(cursor)
  const fits = of === list && key.length === like.length && key.every((part, index) =>
    typeof part === typeof like[index] && (typeof part === 'string' || Number.isSafeInteger(part)))
  if (!fits) throw new GatehouseError('bad-cursor', 'the cursor is not one that this list gave out')
  return key as unknown as K
}

function parse(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

/** A page of rows of which one more than `limit` was asked for: that one only tells that there is a next page. */
export function pageOf<Row, Item>(list: string, rows: readonly Row[], limit: number, key: (row: Row) => Key, item: (row: Row) => Item): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map(item), next: last === undefined ? null : cursorOf(list, key(last)) }
}
