/** What a tester has chosen on the terminal screen. */
export interface Choice {
  /** Index of a scenario. */
  readonly row: number
  /** Index of a place; 0: anywhere. */
  readonly place: number
  /** It asks whether to end the run. */
  readonly leaving: boolean
}

/** What a key calls for besides another choice. */
export type Wish = 'toggle' | 'stop-all' | 'leave' | 'leave-at-once' | null

/** A key as node:readline names it. */
export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean | undefined
}

export const FIRST_CHOICE: Choice = { row: 0, place: 0, leaving: false }

const PAGE = 10
const STEPS: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1, pageup: -PAGE, pagedown: PAGE, home: -Infinity, end: Infinity }

/** @param rows how many scenarios there are @param places how many places */
export function press(choice: Choice, { name = '', ctrl = false }: Key, rows: number, places: number): { readonly choice: Choice; readonly wish: Wish } {
  const on = (next: Partial<Choice>, wish: Wish = null): { choice: Choice; wish: Wish } => ({ choice: { ...choice, ...next }, wish })
  if (ctrl) return on({}, name === 'c' ? 'leave-at-once' : null)
  if (choice.leaving) {
    if (name === 'y') return on({ leaving: false }, 'leave')
    return on({ leaving: name !== 'n' && name !== 'escape' && name !== 'q' })
  }
  const step = STEPS[name]
  if (step !== undefined) return on({ row: Math.min(Math.max(0, choice.row + step), rows - 1) })
  switch (name) {
    case 'left':
      return on({ place: (choice.place + places - 1) % places })
    case 'right':
      return on({ place: (choice.place + 1) % places })
    case 'return':
    case 'enter':
    case 'space':
      return on({}, 'toggle')
    case 'x':
      return on({}, 'stop-all')
    case 'q':
      return on({ leaving: true })
    default:
      return on({})
  }
}
