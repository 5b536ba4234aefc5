import { UserFault } from './faults.ts'
import type { RuleNumbers } from './rule-numbers.ts'

/** One row of a recorded fire. */
export interface Row {
  /** Seconds after ignition; negative before it. */
  readonly second: number
  /** °C of the hottest channel under the ceiling as a detector's sensor says it; null where no channel has a value. */
  readonly temperature: number | null
}

const CEILING = /^Quadrant .* Temperature 25 mm Below Ceiling$/
/** A detector's sensor goes no further, °C. */
const SENSOR = { from: -40, to: 125 }

/**
 * Reads a recording: a header line, a `Time` column (seconds after ignition) and the ceiling channels; blank is missing.
 * @throws UserFault that names what is missing, or the first lines that cannot be read
 */
export function readRecording(text: string, name: string): Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const header = (lines[0] ?? '').replace(/^\uFEFF/, '').split(',').map((one) => one.trim())
  const time = header.indexOf('Time')
  const channels = header.flatMap((title, index) => (CEILING.test(title) ? [index] : []))
  const absent = [...(time < 0 ? ['no column "Time"'] : []), ...(channels.length === 0 ? ['no column "Quadrant … Temperature 25 mm Below Ceiling"'] : [])]
  if (absent.length > 0) throw new UserFault(`--replay ${name} is no recording of a fire: ${absent.join('; ')}`)

  const faults: string[] = []
  const rows = lines.slice(1).map((line, index): Row => {
    const cells = line.split(',')
    const number = (column: number): number | null => {
      const cell = (cells[column] ?? '').trim()
      if (cell === '' || cell.toLowerCase() === 'nan') return null
      const value = Number(cell)
      if (!Number.isFinite(value)) faults.push(`line ${index + 2}, "${header[column]}": "${cell}" is no number`)
      return Number.isFinite(value) ? value : null
    }
    const second = number(time)
    if (second === null) faults.push(`line ${index + 2}: no "Time"`)
    const values = channels.map(number).filter((one) => one !== null)
    return { second: second ?? NaN, temperature: values.length === 0 ? null : Math.max(SENSOR.from, Math.min(SENSOR.to, Math.max(...values))) }
  })
  if (rows.length === 0) faults.push('it has no rows')
  else if (faults.length === 0 && rows.every((one) => one.temperature === null)) faults.push('no row has a temperature')
  for (const [index, row] of rows.entries()) {
    if (index > 0 && row.second <= (rows[index - 1]?.second ?? NaN)) faults.push(`line ${index + 2}: "Time" does not rise`)
  }
  if (faults.length > 0) throw new UserFault([`--replay ${name} cannot be used:`, ...faults.slice(0, 10).map((one) => `  ${one}`)])
  return rows
}

/** Where `smoke.heat` has to be raised: index of the first row at its limit or more, or as much above the oldest of its window as its rise; null when none is. */
export function heatRow(rows: readonly Row[], numbers: RuleNumbers): number | null {
  const [limit, rise, window] = [numbers.of('smoke.heat.limit'), numbers.of('smoke.heat.rise'), numbers.of('smoke.heat.window') / 1_000]
  let oldest = 0
  for (const [index, { second, temperature }] of rows.entries()) {
    if (temperature === null) continue
    for (let row = rows[oldest]; row && (row.temperature === null || second - row.second > window); row = rows[oldest]) oldest++
    const before = rows[oldest]?.temperature ?? temperature
    if (temperature >= limit || temperature - before >= rise) return index
  }
  return null
}
