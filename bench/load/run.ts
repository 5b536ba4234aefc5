import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** What the publishers measured; latencies in milliseconds. */
export interface LoadResult {
  readonly connections: number
  readonly seconds: number
  readonly acked: number
  readonly ackedPerSecond: number
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number }
  /** Connections that were closed on the way. */
  readonly closed: number
}

/** Runs the publishers in a process of their own; options as in `publishers.ts --help`, without the dashes. */
export async function runPublishers(options: Readonly<Record<string, string | number>>): Promise<LoadResult> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const { stdout } = await execute(process.execPath, [join(import.meta.dirname, 'publishers.ts'), ...args])
  return JSON.parse(stdout) as LoadResult
}
