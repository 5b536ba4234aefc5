import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { DeviceId } from '../protocol/names.ts'
import type { Site } from '../protocol/http/places.ts'
import { Agenda, systemClock } from './agenda.ts'
import { batchesOf, beyond, borrowedAndBeyond, devicesIn, oneCompoundOf, planFor, replayDetector } from './casting.ts'
import type { Casting } from './casting.ts'
import { findLender } from './control.ts'
import type { Loan } from './control.ts'
import { enrol } from './enrolment.ts'
import { textOf, UserFault } from './faults.ts'
import { Fleet } from './fleet/fleet.ts'
import { linkMaker, targetOf, TokenRenewal } from './links.ts'
import type { Options } from './options.ts'
import { createPilot, devicesOf, PILOT } from './pilot.ts'
import type { Pilot, PilotDevice } from './pilot.ts'
import { Platform } from './platform.ts'
import { LinkPool } from './pool/link-pool.ts'
import { demandRoom, openFileLimit, processesFor } from './pool/open-files.ts'
import { readRecording } from './recording.ts'
import { isGood, prepareReport, reportLines, writeReport } from './report.ts'
import { CONTRACT_NUMBERS, numbersOf } from './rule-numbers.ts'
import type { RuleNumbers } from './rule-numbers.ts'
import { SCENARIOS } from './scenarios/catalogue.ts'
import { Show } from './show.ts'
import type { Props } from './show.ts'
import { createTally } from './tally.ts'
import { placesFor, preparePlace, readTokens, writeTokens } from './token-file.ts'
import type { Places } from './token-file.ts'

/** A guess for plans that only have to name their devices, °C. */
const ANY_ROOM = 20
/** What is further apart is no delay of an answer, ms. */
const CLOCKS_APART = 3_000
/** Nobody waits longer for a scenario that was not asked for by its name. */
const LONGEST_MS = 600_000

/** Runs the simulator as asked; true when the platform told the truth. @throws UserFault when it cannot be done */
export async function run(options: Options): Promise<boolean> {
  if (options.interactive && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new UserFault('--interactive needs a terminal for its keys and its screen; without one, name what is to happen with --scenario')
  }
  const rows = options.replay === null ? null : readRecording(await readText(options.replay, '--replay'), options.replay)
  if (options.report !== null) await prepareReport(options.report)
  const ca = options.ca === null ? null : await readText(options.ca, '--ca')
  // For HTTPS; links that run in processes of their own are handed it.
  if (ca !== null) trust(ca)
  const places = placesFor(options.url, options.tokens)
  await preparePlace(places.tokens)
  const tokens = await readTokens(places.tokens)
  const platform = new Platform(options.url)
  const lender = await findLender(places.control)
  try {
    await authorise(platform, options, lender)
    const site = await platform.site()
    sayClocks(platform.ahead)
    const whole = createPilot(options.compounds ?? lender?.compounds ?? PILOT.compounds, lender?.homes ?? options.homes ?? PILOT.homes)
    demandPlace(whole, options.at)
    const pilot = options.interactive && lender ? oneCompoundOf(whole, options.at, options.seed) : whole
    const replayed = rows === null ? null : replayDetector(pilot, options.at, options.seed)
    const view = await platform.rules()
    const numbers = view === null ? CONTRACT_NUMBERS : numbersOf(view)
    const batches = batchesFor(options, pilot, numbers, replayed)
    const devices = options.interactive ? [...pilot.devices.values()] : devicesFor(pilot, batches, replayed, lender)
    if (!lender) demandRoom(connectionsOf(devices, options.connections), await platform.files())
    await enrolAll(options, platform, pilot, lender, tokens, places)
    const show = new Show({
      ...assemble(options, site, platform, devices, tokens, ca, numbers), options, platform, lender, pilot, places, tokens, numbers, batches,
      recording: rows && replayed ? { rows, detector: replayed.id } : null
    })
    const report = await show.run()
    process.stdout.write(`${[`over the whole run: ${show.cost}`, ...reportLines(report)].join('\n')}\n`)
    if (options.report !== null) await writeReport(options.report, report)
    return isGood(report)
  } finally {
    lender?.end()
  }
}

function trust(ca: string): void {
  try {
    void new X509Certificate(ca)
  } catch (thrown) {
    throw new UserFault(`--ca is no PEM certificate: ${textOf(thrown)}`, { cause: thrown })
  }
  setDefaultCACertificates([...getCACertificates('default'), ca])
}

/** Devices tell the time of this machine, and the platform judges by its own. */
function sayClocks(ahead: number | null): void {
  if (ahead === null || Math.abs(ahead) < CLOCKS_APART) return
  const seconds = Math.round(Math.abs(ahead) / 1_000)
  process.stdout.write(`the clock of the platform is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine's, so its devices have wrong clocks and times are told wrong: let a time server set both.\n`)
}

async function authorise(platform: Platform, options: Options, lender: Loan | null): Promise<void> {
  if (options.token !== null) platform.useToken(options.token)
  else if (options.login) await platform.logIn(options.login.user, options.login.password)
  else if (lender) platform.useAccess(lender.access)
  else throw new UserFault('who enrols the devices? Give --token (or GATEHOUSE_TOKEN), or --user and --password. See --help.')
}

function demandPlace(pilot: Pilot, at: string | null): void {
  if (at === null || pilot.devices.has(at as DeviceId) || pilot.compounds.some((one) => one.id === at)) return
  throw new UserFault(`--at ${at}: there is no such device among the ${pilot.compounds[0]?.homes ?? 0} homes of a compound`)
}

/** What is played, and who plays. With `all`, what would take too long is left out, and said so. */
function batchesFor(options: Options, pilot: Pilot, numbers: RuleNumbers, replayed: PilotDevice | null): Casting[][] {
  const { at, growth, dark, seed } = options
  const stage = { pilot, at, growth, dark, numbers, roomTemperature: () => ANY_ROOM }
  const named = options.scenarios.flatMap((name) => SCENARIOS.find((one) => one.name === name) ?? [])
  if (!options.all) return batchesOf(named, stage, seed, replayed ? [replayed.id] : [])
  const tooLong = named.filter((one) => planFor(one, { ...stage, taken: new Set() }, seed).lasts > LONGEST_MS)
  if (tooLong.length > 0) {
    process.stdout.write(`left out, because with the settings of this platform they take longer than ${LONGEST_MS / 60_000} min: ${tooLong.map((one) => one.name).join(', ')}.\n`)
    process.stdout.write('Start the platform with the lines of "npm run simulate -- --print-settings" (npm run demo -- --quick-rules), or name them with --scenario.\n')
  }
  return batchesOf(named.filter((one) => !tooLong.includes(one)), stage, seed)
}

/** All of the pilot; beside another simulator, what it does not have and what is played with. */
function devicesFor(pilot: Pilot, batches: readonly (readonly Casting[])[], replayed: PilotDevice | null, lender: Loan | null): readonly PilotDevice[] {
  if (!lender) return [...pilot.devices.values()]
  const cast = new Set([...batches.flat().flatMap((one) => Array.from(devicesIn(one.plan))), ...(replayed ? [replayed.id] : [])])
  const devices = borrowedAndBeyond(pilot, cast, lender)
  if (devices.length > 0) return devices
  throw new UserFault(`another simulator (process ${lender.pid}) runs these devices already; ask for something with --scenario or --replay, or stop it`)
}

async function enrolAll(
  options: Options, platform: Platform, pilot: Pilot, lender: Loan | null, tokens: Map<string, string>, places: Places
): Promise<void> {
  const compounds = lender ? beyond(pilot, lender) : pilot.compounds
  if (compounds.length === 0) return
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  say(`enrolling ${compounds.length} compounds, ${compounds.reduce((sum, one) => sum + devicesOf(one).length, 0)} devices`)
  const began = performance.now()
  const connects = (device: PilotDevice): boolean => options.connections === 'direct' || device.gateway === null
  const { enrolled, renewed } = await enrol(platform, compounds, tokens, connects, (done) => {
    if (done % 10 === 0 || done === compounds.length) say(`  ${done}/${compounds.length} compounds`)
  })
  await writeTokens(places.tokens, tokens)
  say(`enrolled ${enrolled} devices, ${renewed} new tokens, ${((performance.now() - began) / 1_000).toFixed(1)} s`)
}

/** The fleet with its links, here or in processes of their own, and what it reports to. */
function assemble(
  options: Options, site: Site, platform: Platform, devices: readonly PilotDevice[], tokens: Map<string, string>, ca: string | null, numbers: RuleNumbers
): Pick<Props, 'agenda' | 'tally' | 'fleet' | 'renewal' | 'heard' | 'pool'> {
  const { seed, rate, connections } = options
  const tally = createTally()
  const agenda = new Agenda(systemClock)
  const target = targetOf(options.url, site, ca)
  const processes = processesFor(connectionsOf(devices, connections), openFileLimit())
  const pool = processes === 0 ? null : new LinkPool({ target, seed, processes }, tokens, tally)
  const renewal = new TokenRenewal(platform, tokens, tally, (id, token) => pool?.renewed(id, token))
  const heard: Props['heard'] = { rejected: () => undefined, command: () => undefined }
  const makeLink = pool?.make ?? linkMaker(target, tokens, agenda, seed, tally)
  const fleet = new Fleet(devices, connections, { agenda, seed, rate, silence: (kind) => numbers.of(`device.offline.${kind}`) }, makeLink, {
    rejected: (device, body) => heard.rejected(device, body),
    command: (device, command) => heard.command(device, command.name),
    refused: (speaker, code) => renewal.refused(speaker.self.about.id, code)
  })
  return { agenda, tally, fleet, renewal, heard, pool }
}

function connectionsOf(devices: readonly PilotDevice[], connections: Options['connections']): number {
  return connections === 'direct' ? devices.length : devices.filter((one) => one.gateway === null).length
}

async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    throw new UserFault(`${option} ${file} cannot be read: ${textOf(thrown)}`, { cause: thrown })
  }
}
