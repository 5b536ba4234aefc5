import type { Bilingual } from '../../protocol/names.ts'
import { megabytes, percent } from '../meter.ts'
import type { Reading } from '../meter.ts'
import type { Choice } from './keys.ts'
import { fitted } from './text.ts'
import { WORDS } from './words.ts'
import type { Lang } from './words.ts'

/** One scenario as the screen shows it. */
export interface Line {
  readonly name: string
  readonly description: Bilingual
  /** `over`: played to its end; `stopped`: ended before. */
  readonly state: 'idle' | 'running' | 'over' | 'stopped'
  readonly where: string
  /** Seconds; of the last time that it was played. */
  readonly seconds: number
  readonly lasts: number
  readonly expected: number
  readonly found: number
  readonly faults: number
}

/** Everything that is on the screen. */
export interface View {
  readonly lang: Lang
  readonly url: string
  readonly choice: Choice
  /** Null: anywhere. */
  readonly place: string | null
  readonly lines: readonly Line[]
  readonly connected: number
  readonly wanted: number
  readonly sent: number
  readonly acknowledged: number
  readonly inFlight: number
  readonly away: boolean
  readonly reading: Reading
  /** So far. */
  readonly verdict: { readonly expected: number; readonly found: number; readonly missed: number; readonly false: number; readonly doubled: number; readonly late: number; readonly wrong: number }
  /** What was said, the last one last. */
  readonly said: readonly string[]
  readonly ending: boolean
}

const ESC = '\u001B['
const STYLE = { bold: `${ESC}1m`, faint: `${ESC}2m`, inverse: `${ESC}7m`, red: `${ESC}31m`, green: `${ESC}32m`, yellow: `${ESC}33m` } as const
const RESET = `${ESC}0m`
const MARKS = { idle: ' ', running: '▶', over: '✓', stopped: '■' } as const
const SAID_ROWS = 4
const HEAD_ROWS = 4
const FOOT_ROWS = 2
/** A scenario's place is shown from so many columns on, its description from so many. */
const WHERE_FROM = 70
const TEXT_FROM = 100

/** The screen as lines of at most `columns` columns, `rows` of them; pure. */
export function draw(view: View, columns: number, rows: number): string[] {
  const words = WORDS[view.lang]
  const plain = (text: string, style?: keyof typeof STYLE): string => (style ? `${STYLE[style]}${fitted(text, columns)}${RESET}` : fitted(text, columns))
  const { reading, verdict } = view
  const said = view.said.slice(-Math.max(0, Math.min(SAID_ROWS, rows - HEAD_ROWS - FOOT_ROWS - 3)))
  const room = Math.max(1, rows - HEAD_ROWS - FOOT_ROWS - said.length)
  const ours = `${words.simulator} ${percent(reading.own.share)} ${words.ofACore}, ${megabytes(reading.own.memory)}`
  const theirs = reading.platform ? `   ${words.platform} ${percent(reading.platform.share)} ${words.ofACore}, ${megabytes(reading.platform.memory)}` : ''
  const faults = (['missed', 'false', 'doubled', 'late', 'wrong'] as const).map((kind) => `${words[kind]} ${verdict[kind]}`).join('  ')
  const bad = verdict.missed + verdict.false + verdict.doubled + verdict.late + verdict.wrong > 0
  const flow = [
    `${words.connected} ${view.connected}/${view.wanted}`, `${words.sent} ${view.sent} (${Math.round(reading.sentPerSecond)}/s)`, `${words.acknowledged} ${view.acknowledged}`,
    `${words.inFlight} ${view.inFlight}`
  ].join('  ')
  const foot = view.ending ? plain(words.ending, 'yellow') : view.choice.leaving ? plain(words.leave, 'yellow') : plain(words.keys, 'faint')
  const all = [
    plain(`${words.title}  ${view.url}  ${words.place} ◂ ${view.place ?? words.anywhere} ▸`, 'bold'),
    view.away ? plain(`${flow}  ${words.away}`, 'red') : plain(flow),
    plain(ours + theirs),
    plain(`${words.expected} ${verdict.expected}  ${words.found} ${verdict.found}  ${faults}`, bad ? 'red' : 'green'),
    ...visible(view, room).map(({ line, chosen }) => row(line, chosen, view.lang, columns)),
    plain('─'.repeat(columns), 'faint'),
    ...said.map((text) => plain(text, 'faint')),
    foot
  ]
  return all.slice(0, rows)
}

/** The part of the list that has room, with what is chosen in it. */
function visible({ lines, choice }: View, room: number): { readonly line: Line; readonly chosen: boolean }[] {
  const first = Math.max(0, Math.min(choice.row - Math.floor(room / 2), lines.length - room))
  return lines.slice(first, first + room).map((line, index) => ({ line, chosen: first + index === choice.row }))
}

function row(line: Line, chosen: boolean, lang: Lang, columns: number): string {
  const { name, state, where, seconds, lasts, expected, found, faults } = line
  const played = state !== 'idle'
  const time = played ? `${seconds}/${lasts} s` : ''
  const truth = played ? `${found}/${expected}${faults > 0 ? ` !${faults}` : ''}` : ''
  const place = columns >= WHERE_FROM ? `  ${fitted(where, 24)}` : ''
  const text = columns >= TEXT_FROM || !played ? `  ${line.description[lang]}` : ''
  const whole = fitted(`${chosen ? '›' : ' '} ${MARKS[state]} ${fitted(name, 22)} ${time.padStart(9)} ${fitted(truth, 8)}${played ? place : columns >= TEXT_FROM ? place : ''}${text}`, columns)
  if (chosen) return `${STYLE.inverse}${whole}${RESET}`
  if (faults > 0) return `${STYLE.red}${whole}${RESET}`
  return state === 'running' ? `${STYLE.green}${whole}${RESET}` : whole
}
