/** Characters that take two columns on a terminal: East Asian wide and fullwidth (Unicode TR 11), as far as this screen shows them. */
const WIDE = /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/

/** Columns that a text takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += WIDE.test(character) ? 2 : 1
  return columns
}

/** Exactly so many columns: cut with an ellipsis, or filled up with blanks. */
export function fitted(text: string, columns: number): string {
  const own = columnsOf(text)
  if (own <= columns) return text + ' '.repeat(columns - own)
  let kept = ''
  let used = 0
  for (const character of text) {
    const width = columnsOf(character)
    if (used + width > columns - 1) break
    kept += character
    used += width
  }
  return columns <= 0 ? '' : `${kept}…${' '.repeat(columns - 1 - used)}`
}
