import type { Alarm } from '../protocol/alarm.ts'
import { keyOf, recurring, truthOf } from './demands.ts'
import type { Demand, Truth } from './demands.ts'
import { inParallel } from './enrolment.ts'
import { judge } from './oracle.ts'
import type { Finding, Ground, Judgement, Seen } from './oracle.ts'
import type { Outage } from './outages.ts'
import type { Performance } from './player.ts'
import type { Platform } from './platform.ts'
import type { Replay, ReplayOutcome } from './replay.ts'

const LOOK_MS = 500
/** How long an alarm that nothing called for may take to show up. */
const AFTERMATH_MS = 1_500
const REJECTIONS_KEPT = 100
const TIMELINES_AT_A_TIME = 8
/** Alarms that are asked for each second. */
const FEW = 50
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

/** Asks the platform what it has, before, meanwhile and after, and compares that with what should be. */
export class Verdict {
  readonly #platform: Platform
  readonly #ground: Ground
  readonly #rejections: { readonly device: string; readonly body: string }[] = []
  #before: ReadonlyMap<string, number> = new Map()
  /** When somebody looked last, and, by id of an alarm, when it was not yet there. */
  #lookedAt = -Infinity
  readonly #absentAt = new Map<string, number>()

  constructor(platform: Platform, ground: Ground) {
    this.#platform = platform
    this.#ground = ground
  }

  /** Remembers what is open before anything happens. */
  async begin(): Promise<void> {
    const open = await this.#platform.openAlarms()
    this.#before = new Map(open.map((one) => [one.id, one.occurrences]))
  }

  /** Devices of a run say nothing that a platform may refuse, unless a scenario lets them. */
  rejected(device: string, body: string): void {
    if (this.#rejections.length < REJECTIONS_KEPT) this.#rejections.push({ device, body })
  }

  /** Sees which alarms are there by now; to be called about once a second, so that one that is told late is late whatever time the platform writes on it. */
  async peek(since: number): Promise<void> {
    const began = Date.now()
    this.#remember(await this.#platform.latestAlarms((one) => one.receivedAt >= since && !this.#absentAt.has(one.id), FEW), began)
  }

  /** Waits for alarms that may still be on their way. */
  async reach(deeds: Deeds): Promise<{ readonly judgement: Judgement; readonly truth: Truth; readonly replay: ReplayOutcome | null }> {
    const { performances, replay, startedAt, endedAt } = deeds
    const played = truthOf(performances, endedAt, deeds.outages, replay?.demand() ?? [])
    const truth = { ...played, excused: new Set([...played.excused, ...(replay?.excused() ?? [])]) }
    const deadline = Math.max(endedAt + AFTERMATH_MS, ...truth.demands.map((one) => one.deadline))
    for (;;) {
      const now = Date.now()
      const { missed } = this.#judge(truth, await this.#look(startedAt, truth), startedAt, endedAt)
      if ((missed.length === 0 || now >= deadline) && now >= endedAt + AFTERMATH_MS) break
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    const seen = await this.#withTimelines(await this.#look(startedAt, truth), truth.demands, startedAt)
    const judgement = this.#judge(truth, seen, startedAt, endedAt)
    const outcome = replay?.outcome(seen) ?? null
    const quarantine = await this.#quarantine(performances, startedAt)
    return {
      truth, replay: outcome,
      judgement: {
        ...judgement,
        missed: [
          ...judgement.missed,
          ...deeds.unplayed.map((name) => ({ rule: 'scenario', subject: name, why: 'the duration was over before its turn', scenario: name })),
          ...deeds.absent.map((id) => ({ rule: 'connection', subject: id, why: 'is not connected at the end' })),
          ...quarantine.missed
        ],
        wrong: [...judgement.wrong, ...quarantine.wrong, ...offTime(outcome)]
      }
    }
  }

  /** How it looks in the middle of a run: missed is only what should be there by now, and how grave it is and how often it counted is for the end of its scenario. */
  async soFar(performances: readonly Performance[], outages: readonly Outage[], startedAt: number): Promise<Judgement> {
    const now = Date.now()
    const whole = truthOf(performances, now, outages)
    const underWay = new Set(performances.filter((one) => !one.finished).flatMap((one) => one.plan.expected.map(keyOf)))
    const truth = { ...whole, demands: whole.demands.map((one) => (underWay.has(keyOf(one)) ? unfinished(one) : one)) }
    const judgement = this.#judge(truth, await this.#look(startedAt, truth), startedAt, now)
    const overdue = new Set(truth.demands.filter((one) => one.deadline < now).map(keyOf))
    return { ...judgement, missed: judgement.missed.filter((one) => overdue.has(keyOf(one))) }
  }

  #judge(truth: Truth, seen: readonly Seen[], startedAt: number, until: number): Judgement {
    return judge(truth, seen, this.#before, startedAt, until, this.#ground)
  }

  async #look(since: number, truth: Truth): Promise<Seen[]> {
    const began = Date.now()
    const open = await this.#platform.openAlarms()
    const recent = await this.#platform.latestAlarms((one) => one.receivedAt >= since)
    const all = new Map([...open, ...recent].map((alarm) => [alarm.id, alarm]))
    this.#remember(recent, began)
    const keys = new Set(truth.demands.map(keyOf))
    const again = recurring(truth)
    // Of an alarm that was there before, only its timeline says when it came up again.
    return await this.#read([...all.values()], (one) => again.has(keyOf(one)) || (one.receivedAt < since && keys.has(keyOf(one))))
  }

  /** With the timelines of those that were called for. */
  async #withTimelines(seen: readonly Seen[], demands: readonly Demand[], since: number): Promise<Seen[]> {
    const keys = new Set(demands.map(keyOf))
    const first = new Map(seen.filter(({ alarm }) => alarm.receivedAt >= since && keys.has(keyOf(alarm))).toReversed().map(({ alarm }) => [keyOf(alarm), alarm.id]))
    const ids = new Set([...first.values(), ...seen.filter((one) => one.timeline !== null).map((one) => one.alarm.id)])
    return await this.#read(seen.map((one) => one.alarm), (one) => ids.has(one.id))
  }

  /** @param asked those of which the timeline is read, and with it how they are now */
  async #read(alarms: readonly Alarm[], asked: (alarm: Alarm) => boolean): Promise<Seen[]> {
    const seen = alarms.map((alarm): Seen => ({ alarm, timeline: null, absentAt: this.#absentAt.get(alarm.id) ?? -Infinity }))
    await inParallel([...seen.entries()].filter(([, one]) => asked(one.alarm)), TIMELINES_AT_A_TIME, async ([index, one]) => {
      const { timeline, ...alarm } = await this.#platform.alarm(one.alarm.id)
      seen[index] = { ...one, alarm, timeline }
    })
    return seen
  }

  #remember(alarms: readonly Alarm[], began: number): void {
    for (const { id } of alarms) if (!this.#absentAt.has(id)) this.#absentAt.set(id, this.#lookedAt)
    this.#lookedAt = Math.max(this.#lookedAt, began)
  }

  /** What had to be refused and cannot be found in quarantine, and what was refused although nothing was wrong with it. */
  async #quarantine(performances: readonly Performance[], since: number): Promise<{ missed: Finding[]; wrong: Finding[] }> {
    const kept = await this.#platform.latestQuarantine((one) => one.at >= since)
    const refused = kept.filter((one) => one.refused)
    const meant = performances.flatMap(({ scenario, plan, finished }) => (plan.refused ?? []).map(({ device, count }) => ({ device, count, scenario, finished })))
    const missed = meant.flatMap(({ device, count, scenario, finished }): Finding[] => {
      const there = refused.filter((one) => one.device === device).length
      return finished && there < count ? [{ rule: 'quarantine', subject: device, why: `${there} refused messages are kept, ${count} were sent`, scenario }] : []
    })
    const bad = new Set(meant.map(({ device }): string => device))
    const silent = refused.filter(({ device }) => !bad.has(device) && this.#ground.speaksFor(device) && this.#rejections.every((one) => one.device !== device))
    return {
      missed,
      wrong: [
        ...this.#rejections.filter((one) => !bad.has(one.device)).map(({ device, body }) => ({ rule: 'rejected', subject: device, why: body })),
        ...silent.map(({ device, channel, code, path, message }) => ({ rule: 'quarantine', subject: device, why: `refused on ${channel}: ${code} ${path} ${message}` }))
      ]
    }
  }
}

function unfinished(demand: Demand): Demand {
  return { ...demand, severity: null, occurrences: null }
}

function offTime(outcome: ReplayOutcome | null): Finding[] {
  if (!outcome || outcome.secondsAfterIgnition === null || outcome.expectedSecondsAfterIgnition === null) return []
  const { secondsAfterIgnition: got, expectedSecondsAfterIgnition: wanted } = outcome
  if (Math.abs(got - wanted) <= REPLAY_TOLERANCE_S) return []
  return [{ rule: 'smoke.heat', subject: outcome.detector, why: `${got} s after ignition, the recording says ${wanted}` }]
}
