import { basename } from 'node:path'
import type { DeviceId } from '../protocol/names.ts'
import type { Agenda } from './agenda.ts'
import type { Casting } from './casting.ts'
import { Company } from './company.ts'
import { LendingDesk } from './control.ts'
import type { Loan } from './control.ts'
import { UserFault } from './faults.ts'
import { Detector } from './fleet/detector.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { TokenRenewal } from './links.ts'
import type { Options } from './options.ts'
import type { Pilot } from './pilot.ts'
import type { Platform } from './platform.ts'
import { costLine, Meter, ownCost } from './meter.ts'
import type { LinkPool } from './pool/link-pool.ts'
import { Console } from './console/console.ts'
import { Director } from './console/director.ts'
import { langOf } from './console/words.ts'
import { SCENARIOS } from './scenarios/catalogue.ts'
import { Player } from './player.ts'
import { Progress } from './progress.ts'
import type { Display, Scene } from './progress.ts'
import type { Row } from './recording.ts'
import { Replay } from './replay.ts'
import { createReport } from './report.ts'
import type { Report } from './report.ts'
import type { RuleNumbers } from './rule-numbers.ts'
import { NewcomerDesk } from './newcomers.ts'
import { giveOrder } from './order.ts'
import type { Tally } from './tally.ts'
import { writeTokens } from './token-file.ts'
import type { Places } from './token-file.ts'
import type { Stage } from './scenarios/scenario.ts'
import { Verdict } from './verdict.ts'
import { Watch } from './watch.ts'

/** How long everything may take to connect, and to come back and empty its queues at the end, ms. */
const CONNECT_MS = 180_000
const SETTLE_MS = 60_000
const GOODBYE_MS = 15_000
const LOOK_MS = 100
const REJECTIONS_SHOWN = 5
const SCENARIOS_SHOWN = 8
const ANY_ROOM = 20

/** What a show needs. */
export interface Props {
  readonly options: Options
  readonly platform: Platform
  readonly lender: Loan | null
  readonly pilot: Pilot
  readonly places: Places
  readonly tokens: ReadonlyMap<string, string>
  readonly agenda: Agenda
  readonly tally: Tally
  readonly fleet: Fleet
  readonly renewal: TokenRenewal
  /** Where the connections are; null: in this process. */
  readonly pool: LinkPool | null
  /** Who is told what devices hear; the show puts itself in. */
  readonly heard: { rejected: (device: string, body: string) => void; command: (device: string, name: string) => void }
  readonly batches: readonly (readonly Casting[])[]
  readonly numbers: RuleNumbers
  readonly recording: { readonly rows: readonly Row[]; readonly detector: DeviceId } | null
}

/** One run with a fleet: connect, play, ask the platform, part. */
export class Show {
  readonly #props: Props
  readonly #company: Company
  readonly #player: Player
  readonly #replay: Replay | null
  readonly #display: Display
  readonly #console: Console | null
  readonly #meter: Meter
  readonly #watch: Watch
  readonly #newcomers: NewcomerDesk
  readonly #verdict: Verdict
  readonly #desk: LendingDesk | null
  #scenariosOver = false
  #replayOver = true
  /** Somebody does not want to wait any longer for what is waited for now. */
  #interrupted = false
  #stopping = false
  #left = false
  #startedAt = 0

  constructor(props: Props) {
    const { options, pilot, fleet, agenda, platform, lender, places, tally, batches, numbers, recording } = props
    this.#props = props
    this.#company = new Company(fleet)
    this.#verdict = new Verdict(platform, {
      answersFor: (alarm) => this.#company.answersForAlarm(alarm), speaksFor: (id) => this.#company.answersFor(id as DeviceId),
      deviceOf: (id) => pilot.devices.get(id as DeviceId)
    })
    const detector = recording && fleet.devices.get(recording.detector)
    this.#replay = detector ? new Replay(basename(options.replay ?? ''), recording.rows, detector, options.replaySpeed, agenda, numbers) : null
    const stage = { pilot, growth: options.growth, dark: options.dark, numbers, roomTemperature: (id: DeviceId) => this.#roomTemperature(id) }
    this.#newcomers = new NewcomerDesk(platform, pilot, (error) => this.#display.say(error))
    const office = {
      enrol: (id: DeviceId) => this.#newcomers.enrol(id), remove: (id: DeviceId) => this.#newcomers.remove(id),
      order: (id: DeviceId, command: string) => void giveOrder(platform, id, command, (line) => this.#display.say(line)),
      bringBack: (ids: readonly DeviceId[]) => this.#company.bringBack(ids)
    }
    this.#player = new Player(batches, { ...stage, at: options.at }, options.seed, fleet, office, agenda, () => {
      this.#scenariosOver = true
    })
    this.#watch = new Watch(fleet, platform, () => this.#verdict.peek(this.#startedAt), options.interactive
      ? () => this.#verdict.soFar(this.#player.performances, this.#watch.outages, this.#startedAt) : null)
    this.#meter = new Meter(tally, () => props.pool?.cost() ?? ownCost(), () => this.#watch.cost)
    this.#console = options.interactive ? this.#createConsole(stage) : null
    this.#display = this.#console ?? new Progress(process.stdout, tally, this.#meter, () => this.#scene())
    this.#desk = lender ? null : new LendingDesk(places.control, {
      compounds: pilot.compounds.length, homes: pilot.compounds[0]?.homes ?? 0, access: () => platform.access,
      lend: (ids) => {
        this.#display.say(`lending ${ids.length} connections to another simulator`)
        this.#company.lend(ids)
      },
      takeBack: (ids) => {
        this.#display.say(`${ids.length} connections are back`)
        this.#company.takeBack(ids)
      }
    })
  }

  /** What it cost on both sides since it began, in one line. */
  get cost(): string {
    return costLine(this.#meter.overall())
  }

  /** @throws UserFault when not everything can be connected */
  async run(): Promise<Report> {
    const { fleet, agenda, heard, tally } = this.#props
    const interrupt = (): void => this.#interrupt()
    process.on('SIGINT', interrupt)
    process.on('SIGTERM', interrupt)
    heard.rejected = (device, body) => {
      if (++tally.rejected <= REJECTIONS_SHOWN) this.#display.say(`rejected: ${device} ${body}`)
      this.#verdict.rejected(device, body)
    }
    heard.command = (device, name) => {
      tally.commands++
      this.#display.say(`command: ${device} ${name}`)
    }
    try {
      await this.#connect()
      return await this.#perform()
    } finally {
      this.#display.stop()
      this.#watch.stop()
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      fleet.disconnect()
      await this.#desk?.close()
      await this.#props.pool?.close()
      agenda.close()
    }
  }

  async #connect(): Promise<void> {
    const { lender, fleet, tally, renewal, places, tokens } = this.#props
    if (lender) {
      await lender.borrow(fleet.speakers.map((one) => one.self.about.id))
      this.#display.say(`a simulator runs already (process ${lender.pid}): ${fleet.speakers.length} connections are taken over for a while`)
    }
    await this.#desk?.open()
    this.#replay?.reserve()
    this.#display.start()
    this.#watch.start()
    fleet.switchOn()
    await this.#until(() => this.#company.complete, CONNECT_MS)
    const absent = this.#company.absent()
    if (absent.length > 0 && !this.#interrupted) {
      throw new UserFault(`${absent.length} of ${fleet.speakers.length} devices could not connect (${tally.lastError ?? 'no answer'}), e.g. ${absent.slice(0, 3).join(', ')}`)
    }
    if (renewal.used) await writeTokens(places.tokens, tokens)
    const { pool } = this.#props
    this.#display.say(`${fleet.speakers.length} connections are there, for ${fleet.devices.size} devices${pool ? `; they are in ${pool.processes} processes, because one may not open so many files` : ''}`)
  }

  async #perform(): Promise<Report> {
    const { options, fleet, tally, platform, batches } = this.#props
    await this.#verdict.begin()
    const startedAt = Date.now()
    this.#startedAt = startedAt
    this.#watch.lookAtAlarms()
    this.#console?.ready()
    this.#player.start()
    if (this.#replay) {
      this.#replayOver = false
      this.#replay.start(await latestOf(platform, this.#replay.device), () => {
        this.#replayOver = true
      })
    }
    const endless = batches.length === 0 && !this.#replay
    await this.#until(() => this.#left || (options.duration === null && !endless && this.#scenariosOver && this.#replayOver), options.duration ?? Infinity)

    const endedAt = Date.now()
    const cutShort = this.#interrupted
    this.#interrupted = false
    this.#player.stop()
    this.#replay?.stop()
    fleet.rest()
    await this.#until(() => fleet.pending === 0 && this.#company.complete, cutShort ? GOODBYE_MS : SETTLE_MS)
    this.#display.say('asking the platform what it made of it')
    const { outages } = this.#watch
    const { judgement, truth, replay } = await this.#verdict.reach({
      performances: this.#player.performances, unplayed: cutShort ? [] : this.#player.waiting, replay: this.#replay,
      absent: this.#company.absent(), outages, startedAt, endedAt
    })
    await this.#newcomers.close()
    await this.#desk?.close()
    this.#company.sayGoodbye()
    await this.#until(() => fleet.pending === 0, GOODBYE_MS)
    return createReport(
      { seed: options.seed, duration: endedAt - startedAt, sent: tally.sent, acknowledged: tally.acknowledged }, judgement, replay,
      this.#player.performances.map((one) => one.scenario), { times: outages.map(({ from, to }) => to - from), unjudged: truth.unjudged }
    )
  }

  /** Waits until it is so, for `patience` ms at most, or until somebody interrupts. */
  async #until(done: () => boolean, patience: number): Promise<void> {
    for (const end = performance.now() + patience; !done() && !this.#interrupted && performance.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  /** Once: ends the run; once more: at once. */
  #interrupt(): void {
    if (this.#stopping) process.exit(130)
    this.#stopping = true
    this.#interrupted = true
    this.#display.say('stopping (once more: at once)')
  }

  #createConsole(stage: Omit<Stage, 'random' | 'taken' | 'at'>): Console {
    const { options: { at, seed, lang, url }, pilot, tally } = this.#props
    const device = at !== null && pilot.devices.has(at as DeviceId) ? [at] : []
    return new Console({
      input: process.stdin, output: process.stdout, lang: langOf(lang, process.env), url: url.origin, scenarios: SCENARIOS, at,
      places: [null, ...device, ...pilot.compounds.map((one) => one.id)],
      director: new Director(this.#player, stage, seed), performances: () => this.#player.performances,
      tally, meter: this.#meter, wanted: () => this.#company.wanted, away: () => this.#watch.away, soFar: () => this.#watch.soFar,
      leave: (atOnce) => {
        this.#left = true
        if (atOnce) this.#interrupt()
      }
    })
  }

  #roomTemperature(id: DeviceId): number {
    const { fleet, agenda } = this.#props
    const device = fleet.devices.get(id)
    return device instanceof Detector ? device.roomTemperature(agenda.now()) : ANY_ROOM
  }

  #scene(): Scene {
    const { agenda, fleet, tally } = this.#props
    const { playing } = this.#player
    const seconds = (ms: number): number => Math.round(ms / 1_000)
    return {
      wanted: this.#company.wanted, waiting: fleet.pending - tally.inFlight,
      lines: [
        ...playing.slice(0, SCENARIOS_SHOWN).map((one) => `${one.scenario} at ${one.plan.where}: ${seconds(agenda.now() - one.startedAt)}/${seconds(one.plan.lasts)} s`),
        ...(playing.length > SCENARIOS_SHOWN ? [`and ${playing.length - SCENARIOS_SHOWN} more`] : []),
        ...(this.#replay && !this.#replayOver ? [`replay at ${this.#replay.progress}`] : [])
      ]
    }
  }
}

/** `ts` of the last temperature that the platform has of it; null: none. */
async function latestOf(platform: Platform, id: DeviceId): Promise<number | null> {
  const view = (await platform.get(`/devices/${id}`)) as { readonly latest?: { readonly temperature?: { readonly ts: number } } }
  return view.latest?.temperature?.ts ?? null
}
