import type { Alarm } from '../protocol/alarm.ts'
import { demandsOf, judge } from './oracle.ts'
import type { Finding, Judgement, Seen } from './oracle.ts'
import type { Performance } from './player.ts'
import type { Platform } from './platform.ts'
import type { Replay, ReplayOutcome } from './replay.ts'

const LOOK_MS = 500
/** How long an alarm that nothing called for may take to show up. */
const AFTERMATH_MS = 1_500
const REJECTIONS_KEPT = 100
/** One sample of a recording. */
const REPLAY_TOLERANCE_S = 1

/** What happened, as the simulator knows it. Times are milliseconds since 1970. */
export interface Deeds {
  readonly performances: readonly Performance[]
  /** Scenarios that there was no time for. */
  readonly unplayed: readonly string[]
  readonly replay: Replay | null
  /** Connections that are not there at the end. */
  readonly absent: readonly string[]
  readonly startedAt: number
  readonly endedAt: number
}

/** Asks the platform at the end what it has, and compares that with what should be. */
export class Verdict {
  readonly #platform: Platform
  readonly #ours: (alarm: Alarm) => boolean
  readonly #rejections: Finding[] = []

  /** @param ours whether an alarm is about a device of this run */
  constructor(platform: Platform, ours: (alarm: Alarm) => boolean) {
    this.#platform = platform
    this.#ours = ours
  }

  /** Devices of a run say nothing that a platform may refuse. */
  rejected(device: string, body: string): void {
    if (this.#rejections.length < REJECTIONS_KEPT) this.#rejections.push({ rule: 'rejected', subject: device, why: body })
  }

  /** Waits for alarms that may still be on their way. */
  async reach(deeds: Deeds): Promise<{ readonly judgement: Judgement; readonly replay: ReplayOutcome | null }> {
    const { performances, replay, startedAt, endedAt } = deeds
    const demands = [...demandsOf(performances, endedAt), ...(replay?.demand() ?? [])]
    const tolerated = performances.flatMap((one) => one.plan.tolerated)
    const deadline = Math.max(endedAt + AFTERMATH_MS, ...demands.map((one) => one.calledAt + one.within))
    const keys = new Set(demands.map((one) => `${one.rule} ${one.subject}`))
    for (;;) {
      const now = Date.now()
      const seen = await this.#look(startedAt, keys)
      const judgement = judge(demands, tolerated, seen, startedAt, endedAt, this.#ours)
      if ((judgement.missed.length > 0 && now < deadline) || now < endedAt + AFTERMATH_MS) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
        continue
      }
      const outcome = replay?.outcome(seen) ?? null
      return {
        replay: outcome,
        judgement: {
          ...judgement,
          missed: [
            ...judgement.missed,
            ...deeds.unplayed.map((name) => ({ rule: 'scenario', subject: name, why: 'the duration was over before its turn' })),
            ...deeds.absent.map((id) => ({ rule: 'connection', subject: id, why: 'is not connected at the end' }))
          ],
          wrong: [...judgement.wrong, ...this.#rejections, ...offTime(outcome)]
        }
      }
    }
  }

  async #look(since: number, keys: ReadonlySet<string>): Promise<Seen[]> {
    const seen: Seen[] = []
    for (const alarm of await this.#platform.alarms(since)) {
      // Only an alarm that was open before has to be asked when it came up again.
      const asked = keys.has(`${alarm.rule} ${alarm.subject}`) && alarm.raisedAt < since
      seen.push({ alarm, timeline: asked ? (await this.#platform.alarm(alarm.id)).timeline : [] })
    }
    return seen
  }
}

function offTime(outcome: ReplayOutcome | null): Finding[] {
  if (!outcome || outcome.secondsAfterIgnition === null || outcome.expectedSecondsAfterIgnition === null) return []
  const { secondsAfterIgnition: got, expectedSecondsAfterIgnition: wanted } = outcome
  if (Math.abs(got - wanted) <= REPLAY_TOLERANCE_S) return []
  return [{ rule: 'smoke.heat', subject: outcome.detector, why: `${got} s after ignition, the recording says ${wanted}` }]
}
