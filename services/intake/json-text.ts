/** Where things stand in a text that is known to be valid JSON, without reading it into values: so that one of them can be replaced and all else stays as it was. */

/** Behind the string whose opening quote is at `at`. */
export function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return quote + 1
  }
  return text.length
}

/** Behind the value that begins at `at`. */
export function endOfValue(text: string, at: number): number {
  const first = text[at]
  if (first === '"') return endOfString(text, at)
  if (first !== '{' && first !== '[') return matchEnd(/[^,}\]\s]*/y, text, at)
  let depth = 0
  for (let place = at; place < text.length; place += 1) {
    const character = text[place]
    if (character === '"') place = endOfString(text, place) - 1
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      if (depth === 0) return place + 1
    }
  }
  return text.length
}

/** The first place from `at` on that is no white space. */
export function pastSpace(text: string, at: number): number {
  return matchEnd(/[ \t\r\n]*/y, text, at)
}

/** Behind what a sticky pattern, which may match nothing, matches at `at`. */
export function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  pattern.test(text)
  return pattern.lastIndex
}
