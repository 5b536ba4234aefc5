import { parseArgs } from 'node:util'
import type { Millis } from '../../protocol/names.ts'
import type { Config } from '../config/config.ts'

export const COMMANDS = ['backfill', 'verify'] as const
export type Command = (typeof COMMANDS)[number]

export interface Options {
  readonly help: boolean
  readonly command: Command
  /** Null: as far back as the embedded store goes. */
  readonly from: Millis | null
  /** Null: until now. */
  readonly to: Millis | null
  /** Forget a copy that was stopped. */
  readonly anew: boolean
}

/** The platform's settings where there is an InfluxDB. */
export type InfluxConfig = Config & { readonly influx: NonNullable<Config['influx']> }

const TEXT = { type: 'string' } as const
const YES = { type: 'boolean' } as const
const FLAGS = { help: { type: 'boolean', short: 'h' }, from: TEXT, to: TEXT, anew: YES } as const

/** Names of all options, for the help and the test that holds both together. */
export const OPTION_NAMES: readonly string[] = Object.keys(FLAGS)

/** Reads the arguments behind the command. Answers all faults at once when there are any, and help was not asked for. */
export function readOptions(args: readonly string[]): Options | { readonly faults: readonly string[] } {
  const faults: string[] = []
  const words: string[] = []
  const given = new Map<string, string>()
  const { tokens } = parseArgs({ args: [...args], options: FLAGS, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(FLAGS, token.name) ? FLAGS[token.name as keyof typeof FLAGS] : undefined
    if (!flag) faults.push(`${token.rawName} is not known`)
    else if (flag.type === 'boolean' && token.value !== undefined) faults.push(`${token.rawName} takes no value`)
    else if (flag.type === 'string' && (token.value === undefined || token.value === '')) faults.push(`${token.rawName} needs a value`)
    else given.set(token.name, token.value ?? '')
  }
  const [command, ...rest] = words
  const known = COMMANDS.find((one) => one === command)
  if (!known) faults.push(command === undefined ? `what is to be done? ${COMMANDS.join(' or ')}` : `there is no command "${command}"; there are ${COMMANDS.join(' and ')}`)
  for (const word of rest) faults.push(`"${word}" is no option`)
  const time = (name: string): Millis | null => {
    const text = given.get(name)
    if (text === undefined) return null
    const at = timeOf(text)
    if (at === null) faults.push(`--${name} must be a UTC day like 2026-03-10 or a time like 2026-03-10T08:00+08:00, was "${text}"`)
    return at
  }
  const from = time('from')
  const to = time('to')
  if (from !== null && to !== null && from >= to) faults.push('--from must be before --to')
  const anew = given.has('anew')
  if (anew && known === 'verify') faults.push('--anew belongs to backfill')
  const help = given.has('help')
  if (faults.length > 0 && !help) return { faults }
  return { help, command: known ?? 'verify', from, to, anew }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

/** A day is its start, UTC; a time has to say its zone. Null for what is neither. */
function timeOf(text: string): Millis | null {
  if (!DAY.test(text) && !TIME.test(text)) return null
  const at = Date.parse(DAY.test(text) ? `${text}T00:00:00Z` : text)
  // 30 February is taken for 2 March by some.
  if (!Number.isFinite(at) || DAY.test(text) && new Date(at).toISOString().slice(0, 10) !== text) return null
  return at
}
