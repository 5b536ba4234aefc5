/** The whole pilot for some minutes with a power cut of everything in the middle: delay of the main thread, memory, alarms, who came back. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Alarm } from '../protocol/alarm.ts'
import { ApiClient } from '../test/support/api-client.ts'
import { PASSWORD, Platform } from '../test/support/platform.ts'

const ROOT = resolve(import.meta.dirname, '..')
const SAMPLE = 2000

interface Sample {
  /** 99th percentile of the main thread's delay since the last sample, ms. */
  readonly delay: number
  readonly resident: number
  readonly connections: number
  /** Heap in use of each thread, bytes. */
  readonly heaps: ReadonlyMap<string, number>
  readonly life: Life
}
type Buckets = readonly (readonly [millis: number, count: number])[]
/** The main thread's delay since the platform's start. */
interface Life {
  /** Steps that waited no longer than so many ms (ascending), and all of them. */
  readonly buckets: Buckets
  /** As far as the thread itself worked then: what other load on the machine adds is not in it. */
  readonly own: Buckets
  readonly worst: number
  /** When the worst was over, ms since 1970. */
  readonly worstAt: number
}

/** Runs for `minutes` after everybody is connected. */
export async function run(minutes = Number(process.env['BENCH_PILOT_MINUTES'] ?? 10)): Promise<Record<string, string | number>[]> {
  const platform = await new Platform().start()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  try {
    const fleet = simulate(platform.url, folder, ['--duration', `${minutes}m`, '--report', join(folder, 'fleet.json')])
    const running = { over: false }
    void fleet.then(() => (running.over = true))
    while (!running.over && (await look(platform.url)).connections < 7300) await pause(1000)
    const before = await look(platform.url)
    const samples: Sample[] = []
    let cut: Promise<number> | null = null
    const start = Date.now()
    let cutAt = Number.NaN
    while (!running.over) {
      await pause(SAMPLE)
      const sample = await look(platform.url).catch(() => null)
      if (sample) samples.push(sample)
      if (!cut && Date.now() - start > (minutes * 60_000) / 2) {
        cutAt = Date.now()
        cut = simulate(platform.url, folder, ['--scenario', 'power-cut', '--report', join(folder, 'cut.json')])
      }
    }
    const verdicts = [await fleet, (await cut) ?? -1]
    const api = await ApiClient.admin(platform)
    const alarms = (await api.get<{ items: Alarm[] }>('/api/v1/alarms?state=all&limit=1000')).items
    const delays = samples.map(({ delay }) => delay).sort((a, b) => a - b)
    // Without the last seconds, when the fleet leaves.
    const connections = samples.slice(0, -2).map((one) => one.connections)
    const fewest = Math.min(...connections)
    const last = samples.at(-1) ?? before
    const { life } = last
    const mib = (bytes = 0): number => Math.round(bytes / 2 ** 20)
    const report = JSON.parse(readFileSync(join(folder, 'fleet.json'), 'utf8')) as { sent: number; acknowledged: number }
    const stages = [samples[30], samples.findLast((_, n) => start + (n + 1) * SAMPLE < cutAt), samples.at(-2)]
    return [
      { what: 'sent / acknowledged', value: `${report.sent} / ${report.acknowledged}` },
      { what: 'simulator exit codes (fleet, power cut)', value: verdicts.join(', ') },
      { what: 'alarms raised', value: alarms.length, note: [...new Set(alarms.map(({ rule }) => rule))].join(' ') },
      { what: 'connections: least, most after that', value: `${fewest}, ${Math.max(...connections.slice(connections.indexOf(fewest)))}` },
      { what: 'main thread delay, p99 of the whole run, at most ms', value: p99(before.life.buckets, life.buckets) },
      { what: 'the same without waiting for a processor, at most ms', value: p99(before.life.own, life.own) },
      {
        what: 'main thread delay, longest, ms', value: life.worstAt > start ? round(life.worst) : `less than ${round(life.worst)}`,
        note: life.worstAt > start ? `${round((life.worstAt - start) / 1000)} s after everybody was there (cut at ${round((cutAt - start) / 1000)} s)` : 'the longest was before'
      },
      { what: 'main thread delay, median of p99 in 2 s, ms', value: round(delays[Math.floor(delays.length / 2)]) },
      { what: 'main thread delay, worst p99 in 2 s, ms', value: round(delays.at(-1)) },
      { what: 'resident memory after 1 min, before the cut, at the end, MiB', value: stages.map((one) => mib(one?.resident)).join(', ') },
      ...Array.from(last.heaps.keys(), (thread) => ({
        what: `heap of thread ${thread}, the same, and least after the cut, MiB`,
        value: [...stages, samples.slice(samples.length * 0.6).toSorted((a, b) => (a.heaps.get(thread) ?? 0) - (b.heaps.get(thread) ?? 0))[0]].map((one) => mib(one?.heaps.get(thread))).join(', ')
      }))
    ]
  } finally {
    await platform.stop()
  }
}

/** The upper bound of the bucket that 99 of 100 steps between two looks fell into, ms. */
function p99(before: Buckets, after: Buckets): number {
  const counts = after.map(([millis, count], n) => [millis, count - (before[n]?.[1] ?? 0)] as const)
  const all = counts.at(-1)?.[1] ?? 0
  return counts.find(([, count]) => count >= all * 0.99)?.[0] ?? Number.NaN
}

/** Runs the simulator beside; resolves with its exit code. */
export function simulate(url: string, folder: string, options: readonly string[], enough?: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, [join(ROOT, 'tools/run.mjs'), join(ROOT, 'devices-sim/main.ts'), '--url', url, '--user', 'admin', '--tokens', join(folder, 'tokens.json'), ...options], {
    env: { ...process.env, GATEHOUSE_PASSWORD: PASSWORD }, stdio: ['ignore', 'inherit', 'inherit'], ...(enough ? { signal: enough, killSignal: 'SIGKILL' } : {})
  })
  return new Promise((done) => {
    child.once('error', () => done(-1))
    child.once('exit', (code) => done(code ?? -1))
  })
}

async function look(url: string): Promise<Sample> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  const labelled = (name: string, label: string): (readonly [string, number])[] =>
    Array.from(text.matchAll(new RegExp(`^${name}\\{${label}="([^"]+)"\\} (\\S+)`, 'gm')), ([, of = '', number]) => [of, Number(number)] as const)
  const buckets = (name: string): Buckets => labelled(name, 'le').map(([seconds, count]) => [seconds === '+Inf' ? Infinity : Number(seconds) * 1000, count] as const)
  return {
    delay: value('gatehouse_main_thread_delay_p99_seconds') * 1000,
    resident: value('gatehouse_process_resident_memory_bytes'),
    connections: value('gatehouse_mqtt_connections'),
    heaps: new Map(labelled('gatehouse_thread_heap_used_bytes', 'thread')),
    life: {
      buckets: buckets('gatehouse_main_thread_delay_seconds_bucket'),
      own: buckets('gatehouse_main_thread_own_delay_seconds_bucket'),
      worst: value('gatehouse_main_thread_worst_delay_seconds') * 1000,
      worstAt: value('gatehouse_main_thread_worst_delay_timestamp_seconds') * 1000
    }
  }
}

const round = (value = Number.NaN): number => Number(value.toFixed(1))
const pause = (millis: number): Promise<void> => new Promise((done) => void setTimeout(done, millis))
