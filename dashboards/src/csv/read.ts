export interface CsvRow {
  /** Line of the file on which it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** A quoted field that never ends makes the rest of the file unreadable. */
export interface CsvTable {
  readonly rows: readonly CsvRow[]
  /** Line on which a quote was opened that is never closed; null where all is well. */
  readonly unclosed: number | null
}

/** Reads CSV (RFC 4180): commas, or semicolons or tabs where the first line has those and no comma; quotes; any kind of line end. Empty lines are left out. */
export function readCsv(source: string): CsvTable {
  const text = source.replace(/^\uFEFF/, '')
  const separator = separatorOf(text.slice(0, text.search(/[\r\n]|$/)))
  const rows: CsvRow[] = []
  let [cells, cell, line, began, quoted, openedAt] = [[] as string[], '', 1, 1, false, 0]
  const endRow = (): void => {
    cells.push(cell)
    if (cells.some((each) => each.trim() !== '')) rows.push({ line: began, cells: cells.map((each) => each.trim()) })
    cells = []
    cell = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '\n') line += 1
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (sign === '"' && cell.trim() === '') {
      cell = ''
      quoted = true
      openedAt = line
    } else if (sign === separator) {
      cells.push(cell)
      cell = ''
    } else if (sign === '\n') {
      endRow()
      began = line
    } else if (sign !== '\r') cell += sign
  }
  endRow()
  return { rows, unclosed: quoted ? openedAt : null }
}

function separatorOf(head: string): string {
  if (head.includes(',')) return ','
  return head.includes(';') ? ';' : head.includes('\t') ? '\t' : ','
}
