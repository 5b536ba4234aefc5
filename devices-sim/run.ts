import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Alarm } from '../protocol/alarm.ts'
import type { DeviceId } from '../protocol/names.ts'
import { Agenda, systemClock } from './agenda.ts'
import { findLender, LendingDesk } from './control.ts'
import type { Loan } from './control.ts'
import { enrol } from './enrolment.ts'
import { textOf, UserFault } from './faults.ts'
import { Detector } from './fleet/detector.ts'
import { Fleet } from './fleet/fleet.ts'
import { linkMaker, targetOf, TokenRenewal } from './links.ts'
import type { Options } from './options.ts'
import { createPilot, devicesOf } from './pilot.ts'
import type { Pilot, PilotDevice } from './pilot.ts'
import { Platform } from './platform.ts'
import { planFor, Player } from './player.ts'
import { Progress } from './progress.ts'
import { createRandom } from './random.ts'
import { readRecording } from './recording.ts'
import type { Row } from './recording.ts'
import { Replay } from './replay.ts'
import { createReport, isGood, writeReport } from './report.ts'
import type { Report } from './report.ts'
import { SCENARIOS } from './scenarios/catalogue.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { createTally } from './tally.ts'
import { placesFor, readTokens, writeTokens } from './token-file.ts'
import { Verdict } from './verdict.ts'

/** How long everything may take to connect, and to come back and empty its queues at the end, ms. */
const CONNECT_MS = 180_000
const SETTLE_MS = 60_000
const LOOK_MS = 100
const COST_MS = 5_000
const REJECTIONS_SHOWN = 5

/** Runs the simulator as asked; true when the platform told the truth. @throws UserFault when it cannot be done */
export async function run(options: Options): Promise<boolean> {
  const rows = options.replay === null ? null : readRecording(await readText(options.replay, '--replay'), options.replay)
  const ca = options.ca === null ? null : await readText(options.ca, '--ca')
  const places = placesFor(options.url, options.tokens)
  const platform = new Platform(options.url)
  const lender = await findLender(places.control)
  try {
    await authorise(platform, options, lender)
    return await perform(options, rows, ca, platform, lender, places)
  } finally {
    lender?.end()
  }
}

async function authorise(platform: Platform, options: Options, lender: Loan | null): Promise<void> {
  if (options.token !== null) platform.useToken(options.token)
  else if (options.login) await platform.logIn(options.login.user, options.login.password)
  else if (lender) platform.useAccess(lender.access)
  else throw new UserFault('who enrols the devices? Give --token (or GATEHOUSE_TOKEN), or --user and --password. See --help.')
}

async function perform(
  options: Options, rows: readonly Row[] | null, ca: string | null, platform: Platform, lender: Loan | null, places: ReturnType<typeof placesFor>
): Promise<boolean> {
  const { seed, rate, at, growth, dark, connections } = options
  const site = await platform.site()
  const pilot = createPilot(options.compounds, lender?.homes ?? options.homes)
  if (at !== null && !pilot.devices.has(at as DeviceId) && !pilot.compounds.some((one) => one.id === at)) {
    throw new UserFault(`--at ${at}: there is no such device among ${options.homes} homes a compound`)
  }
  const scenarios = options.scenarios.map((name) => SCENARIOS.find((one) => one.name === name)).filter((one) => one !== undefined)
  const stage = { pilot, at, growth, dark, roomTemperature: () => 20 }
  const replayed = rows === null ? null : replayDetector(pilot, at, seed)
  const cast = castOf(pilot, scenarios, stage, seed, replayed)
  const own = lender ? borrowedAndBeyond(pilot, cast, lender) : [...pilot.devices.values()]
  if (own.length === 0) {
    throw new UserFault(`another simulator (process ${lender?.pid ?? 0}) runs these devices already; ask for something with --scenario or --replay, or stop it`)
  }

  const tally = createTally()
  const agenda = new Agenda(systemClock)
  const tokens = await readTokens(places.tokens)
  const mine = new Set(own.map((one) => one.id))
  const compounds = pilot.compounds.slice(lender?.compounds ?? 0)
  if (compounds.length > 0) {
    process.stdout.write(`enrolling ${compounds.length} compounds, ${compounds.reduce((sum, one) => sum + devicesOf(one).length, 0)} devices\n`)
    const began = Date.now()
    const speaks = (device: PilotDevice): boolean => connections === 'each' || device.gateway === null
    const result = await enrol(platform, compounds, tokens, speaks, (done) => {
      if (done % 10 === 0 || done === compounds.length) process.stdout.write(`  ${done}/${compounds.length} compounds\n`)
    })
    await writeTokens(places.tokens, tokens)
    process.stdout.write(`enrolled ${result.enrolled} devices, ${result.renewed} new tokens, ${((Date.now() - began) / 1_000).toFixed(1)} s\n`)
  }

  const renewal = new TokenRenewal(platform, tokens, tally)
  const verdict = new Verdict(platform, (alarm: Alarm) => alarm.device !== null && mine.has(alarm.device))
  const fleet = new Fleet(own, connections, { agenda, seed, rate }, linkMaker(targetOf(options.url, site, ca), tokens, agenda, seed, tally), {
    rejected(device, body) {
      tally.rejected++
      verdict.rejected(device, body)
      if (tally.rejected <= REJECTIONS_SHOWN) progress.say(`rejected: ${device} ${body}`)
    },
    command(device, command) {
      tally.commands++
      progress.say(`command: ${device} ${command.name}`)
    },
    refused: (speaker, code) => renewal.refused(speaker.self.about.id, code)
  })
  const lent = new Set<string>()
  const absent = (): string[] => fleet.absent().filter((id) => !lent.has(id))
  const speakersOf = (ids: readonly string[]) => new Set(ids.flatMap((id) => fleet.speakerOf.get(id as DeviceId) ?? []))
  const desk = lender ? null : new LendingDesk(places.control, {
    compounds: options.compounds, homes: options.homes, access: () => platform.access,
    lend(ids) {
      progress.say(`lending ${ids.length} connections to another simulator`)
      for (const speaker of speakersOf(ids)) {
        lent.add(speaker.self.about.id)
        speaker.rest()
        speaker.link.stop()
      }
    },
    takeBack(ids) {
      progress.say(`${ids.length} connections are back`)
      for (const speaker of speakersOf(ids)) {
        lent.delete(speaker.self.about.id)
        speaker.switchOn()
      }
    }
  })

  const replay = rows !== null && replayed ? createReplay(options, rows, replayed, fleet, agenda) : null
  const room = (id: DeviceId): number => {
    const device = fleet.devices.get(id)
    return device instanceof Detector ? device.roomTemperature(agenda.now()) : 20
  }
  let scenariosOver = scenarios.length === 0
  let replayOver = replay === null
  const player = new Player(scenarios, { ...stage, roomTemperature: room }, seed, fleet, agenda, () => {
    scenariosOver = true
  })
  let cost: Awaited<ReturnType<Platform['cost']>> = null
  const progress = new Progress(process.stdout, tally, () => ({
    wanted: fleet.speakers.length - lent.size, waiting: fleet.pending - tally.inFlight, platform: cost,
    lines: [
      ...player.performances.filter((one) => !one.finished).map((one) => `${one.scenario} at ${one.plan.where}: ${Math.round((agenda.now() - one.startedAt) / 1_000)}/${Math.round(one.plan.lasts / 1_000)} s`),
      ...(replay && !replayOver ? [`replay ${replay.progress}`] : [])
    ]
  }))
  const costTimer = setInterval(() => void platform.cost().then((now) => {
    cost = now
  }, () => undefined), COST_MS)

  let interrupted = false
  const interrupt = (): void => {
    if (interrupted) process.exit(130)
    interrupted = true
    progress.say('stopping (again: at once)')
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const until = async (done: () => boolean, patience: number): Promise<boolean> => {
    for (const end = performance.now() + patience; !done(); ) {
      if (performance.now() > end) return false
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    return true
  }

  try {
    if (lender) {
      await lender.borrow(fleet.speakers.map((one) => one.self.about.id))
      progress.say(`a simulator runs already (process ${lender.pid}): ${fleet.speakers.length} of its connections are borrowed from it`)
    }
    await desk?.open()
    replay?.device.reserve()
    progress.start()
    fleet.switchOn()
    await until(() => interrupted || absent().length === 0, CONNECT_MS)
    if (!interrupted && absent().length > 0) {
      throw new UserFault(`${absent().length} of ${fleet.speakers.length} devices could not connect (${tally.lastError ?? 'no answer'}), e.g. ${absent().slice(0, 3).join(', ')}`)
    }
    if (renewal.used) await writeTokens(places.tokens, tokens)
    progress.say(`all ${fleet.speakers.length} connections are there, for ${fleet.devices.size} devices`)

    const startedAt = Date.now()
    player.start()
    if (replay) replay.play.start(await latestOf(platform, replay.device), () => {
      replayOver = true
    })
    const endless = options.duration === null && scenarios.length === 0 && replay === null
    const over = (): boolean => interrupted || (options.duration === null && !endless && scenariosOver && replayOver)
    await until(over, options.duration ?? Infinity)

    const endedAt = Date.now()
    player.stop()
    replay?.play.stop()
    fleet.rest()
    for (const performance of player.performances) if (!performance.finished) bringBack(fleet, performance.plan.steps)
    await until(() => fleet.pending === 0 && absent().length === 0, SETTLE_MS)
    progress.say('asking the platform what it made of it')
    const judgement = await verdict.reach({
      performances: player.performances, unplayed: interrupted ? [] : player.waiting, replay: replay?.play ?? null, absent: absent(), startedAt, endedAt
    })
    await desk?.close()
    for (const speaker of fleet.speakers) if (!lent.has(speaker.self.about.id)) speaker.self.sayOffline()
    await until(() => fleet.pending === 0, SETTLE_MS / 4)
    const report = createReport({ seed, duration: endedAt - startedAt, sent: tally.sent, acknowledged: tally.acknowledged }, judgement.judgement, judgement.replay)
    progress.stop()
    conclude(report)
    if (options.report !== null) await writeReport(options.report, report)
    return isGood(report)
  } finally {
    progress.stop()
    clearInterval(costTimer)
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    fleet.disconnect()
    await desk?.close()
    agenda.close()
  }

  function createReplay(given: Options, recorded: readonly Row[], about: PilotDevice, among: Fleet, on: Agenda): { play: Replay; device: Detector; progress: string } {
    const device = among.devices.get(about.id)
    if (!(device instanceof Detector)) throw new UserFault(`--at ${about.id}: a recording is played through a smoke detector`)
    const play = new Replay(basename(given.replay ?? ''), recorded, device, given.replaySpeed, on)
    return {
      play, device,
      get progress() {
        return play.progress
      }
    }
  }
}

/** The devices that scenarios and a replay need. */
function castOf(pilot: Pilot, scenarios: readonly Scenario[], stage: Parameters<typeof planFor>[1], seed: number, replayed: PilotDevice | null): Set<DeviceId> {
  const ids = scenarios.flatMap((one) => planFor(one, stage, seed).steps.map((step) => step.device))
  return new Set([...ids, ...(replayed ? [replayed.id] : [])])
}

/** Besides a simulator that runs already: whatever is played with, with everything on the same connections, and compounds that it does not have. */
function borrowedAndBeyond(pilot: Pilot, cast: ReadonlySet<DeviceId>, lender: Loan): PilotDevice[] {
  const beyond = new Set(pilot.compounds.slice(lender.compounds).map((one) => one.id))
  const speakers = new Set([...cast].map((id) => pilot.devices.get(id)?.gateway ?? id))
  return [...pilot.devices.values()].filter((one) => beyond.has(one.compound) || speakers.has(one.gateway ?? one.id))
}

/** The detector that a recording is played through. */
function replayDetector(pilot: Pilot, at: string | null, seed: number): PilotDevice {
  const named = at === null ? undefined : pilot.devices.get(at as DeviceId)
  if (named) return named
  const random = createRandom(seed, 'replay')
  const compound = pilot.compounds.find((one) => one.id === at) ?? random.pick(pilot.compounds)
  return random.pick(compound.detectors)
}

/** `ts` of the last temperature that the platform has of it; null: none. */
async function latestOf(platform: Platform, device: Detector): Promise<number | null> {
  const view = (await platform.get(`/devices/${device.about.id}`)) as { readonly latest?: { readonly temperature?: { readonly ts: number } } }
  return view.latest?.temperature?.ts ?? null
}

/** Power for what a scenario left dark when it was cut short. */
function bringBack(fleet: Fleet, steps: readonly { readonly does: string; readonly device: DeviceId }[]): void {
  for (const id of new Set(steps.filter((step) => step.does === 'cut').map((step) => step.device))) {
    const speaker = fleet.speakerOf.get(id)
    if (speaker && !speaker.link.online) speaker.switchOn()
  }
}

function conclude(report: Report): void {
  const { sent, acknowledged, expected, found, latency } = report
  const lines = [`sent ${sent}, acknowledged ${acknowledged}; alarms called for ${expected}, found ${found}${latency.p50 === null ? '' : `, after ${latency.p50} ms (p50), ${latency.max} ms at most`}`]
  for (const kind of ['missed', 'false', 'doubled', 'late', 'wrong'] as const) {
    for (const { rule, subject, why } of report[kind].slice(0, 10)) lines.push(`${kind}: ${rule} ${subject}: ${why}`)
    if (report[kind].length > 10) lines.push(`${kind}: ${report[kind].length - 10} more`)
  }
  if (report.replay) {
    const { detector, secondsAfterIgnition, expectedSecondsAfterIgnition } = report.replay
    lines.push(`replay: smoke.heat of ${detector} ${secondsAfterIgnition === null ? 'was not raised' : `${secondsAfterIgnition} s after ignition`}, the recording says ${expectedSecondsAfterIgnition ?? 'never'}`)
  }
  process.stdout.write(`${lines.join('\n')}\n${isGood(report) ? 'good' : 'NOT good'}\n`)
}

async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    throw new UserFault(`${option} ${file} cannot be read: ${textOf(thrown)}`, { cause: thrown })
  }
}
