import { actors, FIRE_MS } from './scenario.ts'
import type { Scenario, Stored } from './scenario.ts'
import { QUIET_DETECTOR, Script, tolerating } from './script.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const BEGAN = 3 * HOUR_MS
const ENDED = 2.5 * HOUR_MS
const STILL = HOUR_MS
const READINGS = 60
const SLACK_MS = 4_000
/** For so long before it tells, the one that still burns is not heard. */
const SILENT_MS = 2_000

export const lateBacklog: Scenario = {
  name: 'late-backlog',
  description: {
    zh: '数小时存储数据迟到、重复且乱序：其中已结束的火警只记录一次，仍在持续的立即报警',
    en: 'Hours of stored data come late, twice and out of order: an alarm that is over is recorded once, one that still lasts is raised now'
  },
  exclusive: false,
  rules: ['smoke.alarm'],
  plan(stage) {
    const [over, burning] = actors(stage, 'smoke', 2)
    const script = new Script()
    const quiet = stage.numbers.of('smoke.alarm.quiet')
    const within = stage.numbers.of('late.longest') + FIRE_MS
    if (over) {
      const readings = Array.from({ length: READINGS }, (_, index): Stored => ({ ago: BEGAN + (READINGS - index) * MINUTE_MS, key: index, fields: QUIET_DETECTOR }))
      const shuffled = readings.toSorted((a, b) => ((a.key * 7) % READINGS) - ((b.key * 7) % READINGS))
      const began: Stored = { ago: BEGAN, key: 1_000, fields: { type: 'alarm', obscuration: 13 } }
      const ended: Stored = { ago: ENDED, key: 1_001, fields: { type: 'alarm-cleared', obscuration: 0.2 } }
      script.backlog(0, over, 'telemetry', shuffled)
      // What ended it comes before what began it, and everything comes twice.
      script.backlog(200, over, 'event', [ended])
      const told = script.backlog(400, over, 'event', [began])
      script.backlog(600, over, 'event', [began, ended])
      script.backlog(800, over, 'telemetry', readings)
      script.telemetry(1_000, over, QUIET_DETECTOR)
      script.expects(told, 'smoke.alarm', 'critical', { within, ago: BEGAN, over: true, clearedBy: 400 + within })
    }
    if (burning) {
      const clearedAt = SILENT_MS + stage.numbers.of('late.longest') + stage.numbers.of('late.settle') + SLACK_MS
      const burns = { ...QUIET_DETECTOR, obscuration: 15, alarm: true }
      const told = script.backlog(SILENT_MS, burning, 'event', [{ ago: STILL, key: 1, fields: { type: 'alarm', obscuration: 15 } }])
      // The last that it stored is younger than whatever it said in its daily life, or that would have been the end of the alarm.
      script.backlog(SILENT_MS + 100, burning, 'telemetry', [{ ago: 10 * MINUTE_MS, key: 2, fields: burns }, { ago: SILENT_MS / 2, key: 3, fields: burns }])
      script.event(clearedAt, burning, 'alarm-cleared', { obscuration: 0.2 })
      const end = clearedAt + quiet + FIRE_MS
      script.beat(clearedAt + 500, end, 2_000, burning, QUIET_DETECTOR)
      script.expects(told, 'smoke.alarm', 'critical', { within, ago: STILL, holdsUntil: clearedAt, clearedBy: end })
    }
    return script.plan({ tolerated: tolerating([over, burning], 'fire.confirmed', 'smoke.pre-alarm') })
  }
}
