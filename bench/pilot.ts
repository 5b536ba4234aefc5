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
    const samples: Sample[] = []
    let cut: Promise<number> | null = null
    const start = Date.now()
    while (!running.over) {
      await pause(SAMPLE)
      samples.push(await look(platform.url).catch(() => ({ delay: Number.NaN, resident: 0, connections: 0 })))
      if (!cut && Date.now() - start > (minutes * 60_000) / 2) cut = simulate(platform.url, folder, ['--scenario', 'power-cut', '--report', join(folder, 'cut.json')])
    }
    const verdicts = [await fleet, (await cut) ?? -1]
    const api = await ApiClient.admin(platform)
    const alarms = (await api.get<{ items: Alarm[] }>('/api/v1/alarms?state=all&limit=1000')).items
    const delays = samples.map(({ delay }) => delay).filter((delay) => !Number.isNaN(delay)).sort((a, b) => a - b)
    const mib = (sample: Sample | undefined): number => Math.round((sample?.resident ?? 0) / 2 ** 20)
    const report = JSON.parse(readFileSync(join(folder, 'fleet.json'), 'utf8')) as { sent: number; acknowledged: number }
    return [
      { what: 'sent / acknowledged', value: `${report.sent} / ${report.acknowledged}` },
      { what: 'simulator exit codes (fleet, power cut)', value: verdicts.join(', ') },
      { what: 'alarms raised', value: alarms.length, note: [...new Set(alarms.map(({ rule }) => rule))].join(' ') },
      { what: 'connections: least, last', value: `${Math.min(...samples.map((one) => one.connections))}, ${samples.at(-2)?.connections ?? 0}` },
      { what: 'main thread delay, median of p99 in 2 s, ms', value: round(delays[Math.floor(delays.length / 2)]) },
      { what: 'main thread delay, worst p99 in 2 s, ms', value: round(delays.at(-1)) },
      { what: 'resident memory after 1 min, before the cut, at the end, MiB', value: [samples[30], samples[Math.floor(samples.length / 2) - 2], samples.at(-2)].map(mib).join(', ') }
    ]
  } finally {
    await platform.stop()
  }
}

/** Runs the simulator beside; resolves with its exit code. */
export function simulate(url: string, folder: string, options: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(ROOT, 'tools/run.mjs'), join(ROOT, 'devices-sim/main.ts'), '--url', url, '--user', 'admin', '--tokens', join(folder, 'tokens.json'), ...options], {
    env: { ...process.env, GATEHOUSE_PASSWORD: PASSWORD }, stdio: ['ignore', 'inherit', 'inherit']
  })
  return new Promise((done) => child.once('exit', (code) => done(code ?? -1)))
}

async function look(url: string): Promise<Sample> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  return {
    delay: value('gatehouse_main_thread_delay_p99_seconds') * 1000,
    resident: value('gatehouse_process_resident_memory_bytes'),
    connections: value('gatehouse_mqtt_connections')
  }
}

const round = (value = Number.NaN): number => Number(value.toFixed(1))
const pause = (millis: number): Promise<void> => new Promise((done) => void setTimeout(done, millis))
