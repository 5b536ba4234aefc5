import { parseArgs } from 'node:util'
import type { Lang } from './console/words.ts'
import { UserFault } from './faults.ts'
import type { Connections } from './fleet/fleet.ts'
import { PILOT } from './pilot.ts'
import { SCENARIOS } from './scenarios/catalogue.ts'
import { GROWTH } from './scenarios/t-squared.ts'
import type { Growth } from './scenarios/t-squared.ts'

export interface Options {
  readonly help: boolean
  readonly url: URL
  readonly token: string | null
  readonly login: { readonly user: string; readonly password: string } | null
  /** Null: as many as the simulator that runs already, else the pilot's. */
  readonly compounds: number | null
  readonly homes: number | null
  readonly seed: number
  readonly rate: number
  /** Names, in the order in which they were asked for. */
  readonly scenarios: readonly string[]
  /** Everything there is was asked for, not each by its name. */
  readonly all: boolean
  /** Prints the settings of a platform on which all scenarios are quick, and nothing else. */
  readonly printSettings: boolean
  /** A terminal screen on which scenarios are started and stopped. */
  readonly interactive: boolean
  /** Of that screen; null: as the environment says. */
  readonly lang: Lang | null
  readonly at: string | null
  /** Milliseconds; null: until the scenarios are over, or for ever. */
  readonly duration: number | null
  readonly report: string | null
  readonly connections: Connections
  readonly growth: Growth
  /** Milliseconds that a power cut lasts. */
  readonly dark: number
  readonly replay: string | null
  readonly replaySpeed: number
  readonly tokens: string | null
  readonly ca: string | null
}

const TEXT = { type: 'string' } as const
const FLAGS = {
  help: { type: 'boolean', short: 'h' }, 'print-settings': { type: 'boolean' }, interactive: { type: 'boolean' }, lang: TEXT, url: TEXT, token: TEXT, user: TEXT, password: TEXT, compounds: TEXT, homes: TEXT, seed: TEXT, rate: TEXT,
  scenario: TEXT, at: TEXT, duration: TEXT, report: TEXT, connections: TEXT, growth: TEXT, dark: TEXT, replay: TEXT, 'replay-speed': TEXT, tokens: TEXT, ca: TEXT
} as const

/** Ten pilots; somewhere beyond it one process has no memory for its devices. */
const MOST_HOMES = 400_000
const LONGEST_HOURS = 1_000
const HOUR_MS = 3_600_000

/** Names of all options, for the help and the test that holds both together. */
export const OPTION_NAMES: readonly string[] = Object.keys(FLAGS)

/**
 * @param args what stands behind the command
 * @param env `GATEHOUSE_URL`, `GATEHOUSE_TOKEN` and `GATEHOUSE_PASSWORD` stand in for options, so that no secret shows in a process list
 * @throws UserFault that names every wrong option
 */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
  const faults: string[] = []
  const { tokens: parsed } = parseArgs({ args: [...args], options: FLAGS, strict: false, allowPositionals: true, tokens: true })
  const given = new Map<string, string>()
  let help = false
  let printSettings = false
  let interactive = false
  for (const one of parsed) {
    if (one.kind === 'positional') faults.push(`"${one.value}" is no option`)
    if (one.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = one
    if (!isOption(name)) faults.push(`${rawName} is not known`)
    else if (FLAGS[name].type === 'boolean') {
      if (value !== undefined) faults.push(`${rawName} takes no value, was given "${value}"`)
      help ||= name === 'help'
      printSettings ||= name === 'print-settings'
      interactive ||= name === 'interactive'
    } else if (value === undefined || value.trim() === '' || (!inlineValue && value.startsWith('--'))) faults.push(`${rawName} needs a value`)
    // Scenarios add up; of everything else the last one counts.
    else given.set(name, name === 'scenario' && given.has(name) ? `${given.get(name)},${value}` : value)
  }

  const number = (name: string, fallback: number, low: number, high: number, whole: boolean): number => {
    const text = given.get(name)
    if (text === undefined) return fallback
    const value = Number(text)
    if (Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value))) return value
    faults.push(`--${name} must be a ${whole ? 'whole number' : 'number'} from ${low} to ${high}, was "${text}"`)
    return fallback
  }
  const choice = <T extends string>(name: string, fallback: T, from: readonly T[]): T => {
    const text = given.get(name)
    if (text === undefined) return fallback
    const found = from.find((one) => one === text)
    if (found === undefined) faults.push(`--${name} must be one of ${from.join(', ')}, was "${text}"`)
    return found ?? fallback
  }
  const span = (name: string): number | null => {
    const text = given.get(name)
    if (text === undefined) return null
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? []
    const value = Math.round(Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: HOUR_MS }[unit ?? 's'] ?? NaN))
    if (value >= 1 && value <= LONGEST_HOURS * HOUR_MS) return value
    faults.push(`--${name} must be a time from 1ms to ${LONGEST_HOURS}h, like 25s, 10m or 1h, was "${text}"`)
    return null
  }

  const known = SCENARIOS.map((one) => one.name)
  const asked = given.has('scenario') ? (given.get('scenario') ?? '').split(',').map((one) => one.trim()) : []
  for (const name of asked) if (name !== 'all' && !known.includes(name)) faults.push(`--scenario "${name}" is not known; there are ${known.join(', ')} and all`)

  let url = new URL('http://127.0.0.1:3000')
  const address = given.get('url') ?? env.GATEHOUSE_URL
  if (address !== undefined) {
    const candidate = URL.parse(address)
    if (candidate && /^https?:$/.test(candidate.protocol)) url = candidate
    else faults.push(`--url must be an address like http://127.0.0.1:3000, was "${address}"`)
  }
  const user = given.get('user')
  const password = given.get('password') ?? env.GATEHOUSE_PASSWORD
  if (user !== undefined && password === undefined) faults.push('--user needs --password (or GATEHOUSE_PASSWORD)')
  if (given.has('password') && user === undefined) faults.push('--password needs --user')
  if (given.has('token') && user !== undefined) faults.push('--token and --user exclude each other')

  const compounds = number('compounds', PILOT.compounds, 1, 999, true)
  const homes = number('homes', PILOT.homes, 1, 5_000, true)
  if (compounds * homes > MOST_HOMES) faults.push(`--compounds times --homes must be ${MOST_HOMES} at most, was ${compounds} × ${homes}`)
  const at = given.get('at') ?? null
  const place = at === null ? null : /^c(\d{2,3})(-(smoke|door|camera|gateway)-\d{2,4})?$/.exec(at)
  if (at !== null && (!place || Number(place[1]) < 1 || Number(place[1]) > compounds)) {
    faults.push(`--at must be a compound from c01 to c${String(compounds).padStart(2, '0')} or a device in one (c07-smoke-0123), was "${at}"`)
  }
  const replay = given.get('replay') ?? null
  if (interactive && (asked.length > 0 || replay !== null)) faults.push('--interactive starts nothing by itself: leave out --scenario and --replay')
  const alone = SCENARIOS.find((one) => one.exclusive && (asked.includes(one.name) || asked.includes('all')))
  if (replay !== null && alone) faults.push(`--replay cannot go with --scenario ${alone.name}, which has to be alone`)
  if (given.has('ca') && url.protocol !== 'https:') faults.push(`--ca needs an https --url, was "${url.origin}"`)
  if (given.has('lang') && !interactive) faults.push('--lang needs --interactive')
  if (given.has('replay-speed') && replay === null) faults.push('--replay-speed needs --replay')

  const options: Options = {
    help, url, at, replay, printSettings, interactive, all: asked.includes('all'),
    compounds: given.has('compounds') ? compounds : null,
    homes: given.has('homes') ? homes : null,
    token: given.get('token') ?? (user === undefined ? (env.GATEHOUSE_TOKEN ?? null) : null),
    login: user !== undefined && password !== undefined ? { user, password } : null,
    seed: number('seed', 1, 0, 4_294_967_295, true),
    rate: number('rate', 1, 0.01, 100, false),
    scenarios: [...new Set(asked.flatMap((name) => (name === 'all' ? known : [name])))],
    lang: given.has('lang') ? choice<Lang>('lang', 'zh', ['zh', 'en']) : null,
    duration: span('duration'),
    report: given.get('report') ?? null,
    connections: choice('connections', 'gateway', ['gateway', 'direct']),
    growth: choice('growth', 'ultra-fast', Object.keys(GROWTH) as Growth[]),
    dark: span('dark') ?? 20_000,
    replaySpeed: number('replay-speed', 1, 0.1, 1_000, false),
    tokens: given.get('tokens') ?? null,
    ca: given.get('ca') ?? null
  }
  if (faults.length > 0 && !help) throw new UserFault([...faults, 'See --help.'])
  return options
}

function isOption(name: string): name is keyof typeof FLAGS {
  return Object.hasOwn(FLAGS, name)
}
