import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Finding, Judgement } from './oracle.ts'
import type { ReplayOutcome } from './replay.ts'

/** So many findings of a kind are for people; the file has them all. */
const SHOWN = 10

/** What a run leaves behind; its form is part of the contract. Times are milliseconds. */
export interface Report {
  readonly seed: number
  readonly duration: number
  readonly sent: number
  readonly acknowledged: number
  readonly expected: number
  readonly found: number
  readonly missed: readonly Finding[]
  readonly false: readonly Finding[]
  readonly doubled: readonly Finding[]
  readonly late: readonly Finding[]
  readonly wrong: readonly Finding[]
  /** Of the alarms that were found; null when none was called for. */
  readonly latency: { readonly p50: number | null; readonly p99: number | null; readonly max: number | null }
  /** Only with `--replay`. */
  readonly replay?: ReplayOutcome
}

export function createReport(
  run: { readonly seed: number; readonly duration: number; readonly sent: number; readonly acknowledged: number },
  judgement: Judgement, replay: ReplayOutcome | null
): Report {
  const { latencies, expected, found, missed, doubled, late, wrong } = judgement
  const sorted = latencies.toSorted((a, b) => a - b)
  // Nearest rank: with few alarms an interpolated p99 would be a number that never happened.
  const rank = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
  return {
    ...run, expected, found, missed, false: judgement.false, doubled, late, wrong,
    latency: { p50: rank(0.5), p99: rank(0.99), max: sorted.at(-1) ?? null },
    ...(replay ? { replay } : {})
  }
}

/** The report for people, one line each. */
export function reportLines(report: Report): string[] {
  const { sent, acknowledged, expected, found, latency } = report
  const speed = latency.p50 === null ? '' : `, after ${latency.p50} ms (p50), ${latency.max} ms at most`
  const lines = [`sent ${sent}, acknowledged ${acknowledged}; alarms called for ${expected}, found ${found}${speed}`]
  for (const kind of ['missed', 'false', 'doubled', 'late', 'wrong'] as const) {
    for (const { rule, subject, why } of report[kind].slice(0, SHOWN)) lines.push(`${kind}: ${rule} ${subject}: ${why}`)
    if (report[kind].length > SHOWN) lines.push(`${kind}: ${report[kind].length - SHOWN} more`)
  }
  if (report.replay) {
    const { detector, secondsAfterIgnition: got, expectedSecondsAfterIgnition: wanted } = report.replay
    const when = got === null ? 'was not raised' : `${got} s after ignition`
    lines.push(`replay: smoke.heat of ${detector} ${when}, the recording says ${wanted === null ? 'never' : `${wanted} s`}`)
  }
  return [...lines, isGood(report) ? 'good' : 'NOT good']
}

/** True when everything that was sent was acknowledged and the oracle agrees. */
export function isGood(report: Report): boolean {
  const faults = [report.missed, report.false, report.doubled, report.late, report.wrong]
  return report.sent === report.acknowledged && report.expected === report.found && faults.every((list) => list.length === 0)
}

export async function writeReport(file: string, report: Report): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true })
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
}
