import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { textOf, UserFault } from './faults.ts'
import type { Finding, Judgement } from './oracle.ts'
import type { ReplayOutcome } from './replay.ts'

/** So many findings of a kind are for people; the file has them all. */
const SHOWN = 10
const KINDS = ['missed', 'false', 'doubled', 'late', 'wrong'] as const

interface Latency {
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** One line of the table. */
export interface ScenarioLine {
  readonly scenario: string
  readonly expected: number
  readonly found: number
  readonly faults: number
  readonly latency: Latency
}

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
  readonly latency: Latency
  /** One line a scenario that was played. */
  readonly scenarios: readonly ScenarioLine[]
  /** Only when the platform was away: for how long each time, ms, and how many alarms that hang on connections are not judged for it. */
  readonly away?: { readonly times: readonly number[]; readonly unjudged: number }
  /** Only with `--replay`. */
  readonly replay?: ReplayOutcome
}

/** @param played the names of the scenarios */
export function createReport(
  run: { readonly seed: number; readonly duration: number; readonly sent: number; readonly acknowledged: number },
  judgement: Judgement, replay: ReplayOutcome | null, played: Iterable<string> = [], away: NonNullable<Report['away']> = { times: [], unjudged: 0 }
): Report {
  const { latencies, latenciesOf, expectedOf, expected, found, missed, doubled, late, wrong } = judgement
  const faults = [...missed, ...judgement.false, ...doubled, ...late, ...wrong]
  return {
    ...run, expected, found, missed, false: judgement.false, doubled, late, wrong, latency: latencyOf(latencies),
    scenarios: [...new Set(played)].map((scenario) => ({
      scenario, expected: expectedOf.get(scenario) ?? 0, found: latenciesOf.get(scenario)?.length ?? 0, faults: faults.filter((one) => one.scenario === scenario).length,
      latency: latencyOf(latenciesOf.get(scenario) ?? [])
    })),
    ...(away.times.length > 0 ? { away } : {}), ...(replay ? { replay } : {})
  }
}

function latencyOf(latencies: readonly number[]): Latency {
  const sorted = latencies.toSorted((a, b) => a - b)
  // Nearest rank: with few alarms an interpolated p99 would be a number that never happened.
  const rank = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
  return { p50: rank(0.5), p99: rank(0.99), max: sorted.at(-1) ?? null }
}

/** The report for people, one line each. */
export function reportLines(report: Report): string[] {
  const { sent, acknowledged, expected, found, latency } = report
  const speed = latency.p50 === null ? '' : `, after ${latency.p50} ms (p50), ${latency.max} ms at most`
  const lines = [...tableLines(report.scenarios), `sent ${sent}, acknowledged ${acknowledged}; alarms called for ${expected}, found ${found}${speed}`]
  for (const kind of KINDS) {
    for (const { rule, subject, why, scenario } of report[kind].slice(0, SHOWN)) {
      lines.push(`${kind}: ${rule} ${subject}: ${why}${scenario === undefined ? '' : ` (${scenario})`}`)
    }
    if (report[kind].length > SHOWN) lines.push(`${kind}: ${report[kind].length - SHOWN} more`)
  }
  if (report.away) {
    const times = report.away.times.map((one) => `${(one / 1_000).toFixed(1)} s`).join(', ')
    const unjudged = report.away.unjudged > 0 ? `; ${report.away.unjudged} alarms that hang on connections are not judged for it` : ''
    lines.push(`the platform was away ${report.away.times.length === 1 ? 'once' : `${report.away.times.length} times`}: ${times}${unjudged}`)
  }
  if (report.replay) {
    const { detector, secondsAfterIgnition: got, expectedSecondsAfterIgnition: wanted } = report.replay
    const when = got === null ? 'was not raised' : `${got} s after ignition`
    lines.push(`replay: smoke.heat of ${detector} ${when}, the recording says ${wanted === null ? 'never' : `${wanted} s`}`)
  }
  const share = expected === 0 ? '' : `${Math.round((found / expected) * 100)} % found, `
  const counts = KINDS.slice(1).map((kind) => `${report[kind].length} ${kind}`).join(', ')
  return [...lines, `${isGood(report) ? 'good' : 'NOT good'}: ${share}${counts}`]
}

function tableLines(scenarios: readonly ScenarioLine[]): string[] {
  if (scenarios.length === 0) return []
  const rows = scenarios.map((one) => [
    one.scenario, String(one.expected), String(one.found), one.latency.p50 === null ? '' : `${one.latency.p50} ms`, one.latency.max === null ? '' : `${one.latency.max} ms`,
    one.faults === 0 ? 'ok' : `${one.faults} wrong`
  ])
  const table = [['scenario', 'called for', 'found', 'p50', 'longest', ''], ...rows]
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table.map((row) => row.map((cell, column) => (column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
}

/** True when everything that was sent was acknowledged and the oracle agrees. */
export function isGood(report: Report): boolean {
  return report.sent === report.acknowledged && report.expected === report.found && KINDS.every((kind) => report[kind].length === 0)
}

/** Makes sure that the report can be written, before anybody waits for it; leaves no empty one behind. @throws UserFault */
export async function prepareReport(file: string): Promise<void> {
  await writing(file, async () => {
    await mkdir(dirname(resolve(file)), { recursive: true })
    const fresh = await open(file, 'ax').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'EEXIST') return null
      throw thrown
    })
    await (fresh ?? await open(file, 'a')).close()
    if (fresh) await rm(file)
  })
}

/** @param file that is prepared @throws UserFault */
export async function writeReport(file: string, report: Report): Promise<void> {
  await writing(file, () => writeFile(file, `${JSON.stringify(report, null, 2)}\n`))
}

async function writing(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (thrown) {
    throw new UserFault(`--report ${file} cannot be written: ${textOf(thrown)}`, { cause: thrown })
  }
}
