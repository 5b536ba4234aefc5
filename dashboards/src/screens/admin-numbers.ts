/** The numbers of a Prometheus text: each name with the sum over its labels; histograms' buckets are left out. */
export function readNumbers(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)/.exec(line)
    const [, name, , value] = match ?? []
    if (name === undefined || name.endsWith('_bucket') || !Number.isFinite(Number(value))) continue
    numbers.set(name, (numbers.get(name) ?? 0) + Number(value))
  }
  return numbers
}
