import { systemClock } from '../kernel/clock.ts'
import { InfluxClient } from '../store/influx/client.ts'
import { verify } from '../store/influx/verify.ts'
import type { Comparison } from '../store/influx/verify.ts'
import { earliestDay } from './earliest.ts'
import { EXIT } from './exit.ts'
import type { InfluxConfig, Options } from './options.ts'

/** Counting a whole day of a large site takes InfluxDB its time, ms. */
const DEADLINE = 600_000
/** What came within the last minute may be on its way. */
const MINUTE = 60_000

/** Compares and prints; answers the exit code. */
export async function runVerify(options: Options, { dataDir, influx }: InfluxConfig, signal: AbortSignal): Promise<number> {
  const client = new InfluxClient({ address: influx.address, clock: systemClock, deadline: DEADLINE })
  const now = systemClock.now()
  const range = { from: options.from ?? earliestDay(dataDir) ?? now, to: options.to ?? now - MINUTE }
  const stop = (): void => client.close()
  signal.addEventListener('abort', stop)
  print(['日 day (UTC)', '类 kind', '内置 embedded', 'InfluxDB', '差 difference'])
  const verified = await verify({ dataDir, range, client, signal, onCompared: show })
  signal.removeEventListener('abort', stop)
  client.close()
  if (signal.aborted || verified.type === 'stopped') return EXIT.stopped
  if (verified.type === 'failed') {
    process.stderr.write(`${verified.words}\n`)
    return EXIT.unusable
  }
  process.stdout.write(verified.different === 0 ? '两边一致 Both sides agree.\n' : `${verified.different} 处不同 differ.\n`)
  return verified.different === 0 ? EXIT.done : EXIT.different
}

const WIDTHS = [14, 10, 16, 12, 0]

function print(cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, n) => cell.padEnd(WIDTHS[n] ?? 0)).join(' ').trimEnd()}\n`)
}

function show({ day, measurement, embedded, influx, differences }: Comparison): void {
  if (embedded === 0 && influx === 0) return
  print([day, measurement, String(embedded), String(influx), differences.length === 0 ? '=' : signed(influx - embedded)])
  for (const one of differences) print(['', '', `  ${one.name}`, '', `${one.embedded} → ${one.influx}  (${signed(one.influx - one.embedded)})`])
}

function signed(n: number): string {
  return n > 0 ? `+${n}` : String(n)
}
