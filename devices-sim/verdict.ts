import type { Alarm } from '../protocol/alarm.ts'
import type { QuarantineView } from '../protocol/http/quarantine.ts'
import { judge } from './oracle.ts'
import type { Finding, Judgement, Seen } from './oracle.ts'
import type { Performance } from './player.ts'
import type { Platform } from './platform.ts'
import type { Replay, ReplayOutcome } from './replay.ts'
import type { Outage } from './outages.ts'
import { keyOf, truthOf } from './demands.ts'
import type { Demand, Truth } from './demands.ts'

const LOOK_MS = 500
/** How long an alarm that nothing called for may take to show up. */
const AFTERMATH_MS = 1_500
const REJECTIONS_KEPT = 100
const QUARANTINE_KEPT = 500
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
  readonly outages: readonly Outage[]
  readonly startedAt: number
  readonly endedAt: number
}

/** Asks the platform what it has, before and after, and compares that with what should be. */
export class Verdict {
  readonly #platform: Platform
  readonly #ours: (alarm: Alarm) => boolean
  readonly #rejections: { readonly device: string; readonly body: string }[] = []
  #before: ReadonlyMap<string, number> = new Map()

  /** @param ours whether an alarm is about a device of this run */
  constructor(platform: Platform, ours: (alarm: Alarm) => boolean) {
    this.#platform = platform
    this.#ours = ours
  }

  /** Remembers what is open before anything happens. */
  async begin(): Promise<void> {
    const open = await this.#platform.alarms(Infinity)
    this.#before = new Map(open.map((one) => [one.id, one.occurrences]))
  }

  /** Devices of a run say nothing that a platform may refuse, unless a scenario lets them. */
  rejected(device: string, body: string): void {
    if (this.#rejections.length < REJECTIONS_KEPT) this.#rejections.push({ device, body })
  }

  /** Waits for alarms that may still be on their way. */
  async reach(deeds: Deeds): Promise<{ readonly judgement: Judgement; readonly truth: Truth; readonly replay: ReplayOutcome | null }> {
    const { performances, replay, startedAt, endedAt } = deeds
    const truth = truthOf(performances, endedAt, deeds.outages, replay?.demand() ?? [])
    const deadline = Math.max(endedAt + AFTERMATH_MS, ...truth.demands.map((one) => one.deadline))
    for (;;) {
      const now = Date.now()
      const seen = await this.#look(startedAt, truth.demands)
      const judgement = judge(truth, seen, this.#before, startedAt, endedAt, this.#ours)
      if ((judgement.missed.length > 0 && now < deadline) || now < endedAt + AFTERMATH_MS) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
        continue
      }
      const outcome = replay?.outcome(seen) ?? null
      return {
        truth, replay: outcome,
        judgement: {
          ...judgement,
          missed: [
            ...judgement.missed,
            ...deeds.unplayed.map((name) => ({ rule: 'scenario', subject: name, why: 'the duration was over before its turn', scenario: name })),
            ...deeds.absent.map((id) => ({ rule: 'connection', subject: id, why: 'is not connected at the end' })),
            ...(await this.#quarantine(performances, startedAt))
          ],
          wrong: [...judgement.wrong, ...this.#unrefused(performances), ...offTime(outcome)]
        }
      }
    }
  }

  /** How it looks in the middle of a run: missed is only what should be there by now. */
  async soFar(performances: readonly Performance[], outages: readonly Outage[], startedAt: number): Promise<Judgement> {
    const now = Date.now()
    const truth = truthOf(performances, now, outages)
    const judgement = judge(truth, await this.#look(startedAt, truth.demands), this.#before, startedAt, now, this.#ours)
    const overdue = new Set(truth.demands.filter((one) => one.deadline < now).map(keyOf))
    return { ...judgement, missed: judgement.missed.filter((one) => overdue.has(keyOf(one))) }
  }

  async #look(since: number, demands: readonly Demand[]): Promise<Seen[]> {
    const keys = new Set(demands.map(keyOf))
    // What is told late was raised long ago.
    const oldest = Math.min(since, ...demands.map((one) => (one.raisedAt ?? since) - AFTERMATH_MS))
    const seen: Seen[] = []
    for (const alarm of await this.#platform.alarms(oldest)) {
      // Only an alarm that was open before has to be asked when it came up again.
      const asked = keys.has(keyOf(alarm)) && alarm.receivedAt < since && alarm.state !== 'closed'
      seen.push({ alarm, timeline: asked ? (await this.#platform.alarm(alarm.id)).timeline : [] })
    }
    return seen
  }

  /** What had to be refused and cannot be found in quarantine. */
  async #quarantine(performances: readonly Performance[], since: number): Promise<Finding[]> {
    const missing: Finding[] = []
    for (const { scenario, plan, finished } of performances) {
      for (const { device, count } of finished ? (plan.refused ?? []) : []) {
        const page = (await this.#platform.get(`/quarantine?device=${device}&limit=${QUARANTINE_KEPT}`)) as { readonly items: readonly QuarantineView[] }
        const kept = page.items.filter((one) => one.refused && one.at >= since).length
        if (kept < count) missing.push({ rule: 'quarantine', subject: device, why: `${kept} refused messages are kept, ${count} were sent`, scenario })
      }
    }
    return missing
  }

  #unrefused(performances: readonly Performance[]): Finding[] {
    const meant = new Set(performances.flatMap((one) => (one.plan.refused ?? []).map((refused): string => refused.device)))
    return this.#rejections.filter((one) => !meant.has(one.device)).map(({ device, body }) => ({ rule: 'rejected', subject: device, why: body }))
  }
}

function offTime(outcome: ReplayOutcome | null): Finding[] {
  if (!outcome || outcome.secondsAfterIgnition === null || outcome.expectedSecondsAfterIgnition === null) return []
  const { secondsAfterIgnition: got, expectedSecondsAfterIgnition: wanted } = outcome
  if (Math.abs(got - wanted) <= REPLAY_TOLERANCE_S) return []
  return [{ rule: 'smoke.heat', subject: outcome.detector, why: `${got} s after ignition, the recording says ${wanted}` }]
}
