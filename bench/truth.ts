/** The whole pilot with every scenario there is, the platform killed in the middle of them and once more in the middle of the run: what it told, by the simulator's oracle. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Report } from '../devices-sim/report.ts'
import { quickSettings } from '../devices-sim/rule-numbers.ts'
import { PASSWORD, Platform } from '../test/support/platform.ts'

const ROOT = resolve(import.meta.dirname, '..')
/** Most scenarios are on their way then, ms after everything is connected. */
const FIRST_KILL = 10_000
/** Killed with everything still to be judged, on a machine that has other things to do. */
const READY = 300_000
const SHOWN = 10

/** Runs for `minutes` after everybody is connected. */
export async function run(minutes = Number(process.env['BENCH_TRUTH_MINUTES'] ?? 10), compounds = process.env['BENCH_TRUTH_COMPOUNDS'] ?? '50'): Promise<Record<string, string | number>[]> {
  const settings = Object.fromEntries(quickSettings().map(([name, value]) => [name, String(value)]))
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const file = join(folder, 'report.json')
  let platform = await new Platform(settings).start()
  let simulator: ChildProcess | null = null
  try {
    const child = spawn(process.execPath, [
      join(ROOT, 'tools/run.mjs'), join(ROOT, 'devices-sim/main.ts'), '--url', platform.url, '--user', 'admin', '--tokens', join(folder, 'tokens.json'), '--compounds', compounds,
      '--scenario', 'all', '--duration', `${minutes}m`, '--report', file
    ], { env: { ...process.env, GATEHOUSE_PASSWORD: PASSWORD }, stdio: ['ignore', 'pipe', 'inherit'] })
    simulator = child
    const ended = new Promise<number>((done) => child.once('exit', (code) => done(code ?? -1)))
    const connected = Promise.withResolvers<void>()
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text)
      out += text
      if (out.includes('connections are there')) connected.resolve()
    })
    await Promise.race([connected.promise, ended])
    const restarts: number[] = []
    let waited = 0
    for (const at of [FIRST_KILL, (minutes * 60_000) / 2]) {
      await Promise.race([pause(at - waited), ended])
      if (child.exitCode !== null) break
      const killed = performance.now()
      await platform.kill()
      platform = await new Platform({ ...settings, HTTP_PORT: String(platform.httpPort), MQTT_PORT: String(platform.mqttPort) }, platform.dataDir).start(READY)
      restarts.push(performance.now() - killed)
      waited = at + restarts.reduce((sum, one) => sum + one, 0)
    }
    const code = await ended
    return rows(JSON.parse(readFileSync(file, 'utf8')) as Report, code, restarts, /over the whole run: (.*)/.exec(out)?.[1] ?? '')
  } finally {
    simulator?.kill('SIGKILL')
    await platform.stop()
    rmSync(folder, { recursive: true })
    rmSync(platform.dataDir, { recursive: true, force: true })
  }
}

function rows(report: Report, code: number, restarts: readonly number[], cost: string): Record<string, string | number>[] {
  const { sent, acknowledged, expected, found, latency, away } = report
  const kinds = ['missed', 'false', 'doubled', 'late', 'wrong'] as const
  return [
    { what: 'exit code of the simulator', value: code },
    { what: 'sent / acknowledged', value: `${sent} / ${acknowledged}` },
    { what: 'alarms called for / found', value: `${expected} / ${found}` },
    ...kinds.map((kind) => ({ what: kind, value: report[kind].length, note: report[kind].slice(0, SHOWN).map((one) => `${one.rule} ${one.subject}`).join('; ') })),
    { what: 'from the step to the alarm, p50 / p99 / longest, ms', value: `${latency.p50} / ${latency.p99} / ${latency.max}` },
    { what: 'killed and ready again after, s', value: restarts.map(seconds).join(', ') },
    { what: 'until the last connection was back, s', value: (away?.times ?? []).map(seconds).join(', ') },
    { what: 'not judged, because they hang on a connection meanwhile', value: away?.unjudged ?? 0 },
    { what: 'cost', value: cost }
  ]
}

const seconds = (millis: number): string => (millis / 1_000).toFixed(1)
const pause = (millis: number): Promise<void> => new Promise((done) => void setTimeout(done, Math.max(0, millis)))
