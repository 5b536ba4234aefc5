import { expect } from 'chai'
import { FIRST_CHOICE, press } from '../../../devices-sim/console/keys.ts'
import type { Choice, Key, Wish } from '../../../devices-sim/console/keys.ts'

const ROWS = 5
const PLACES = 3

/** Presses one key after another; what was wished for is kept. */
function after(...keys: (string | Key)[]): { choice: Choice; wishes: Wish[] } {
  let choice = FIRST_CHOICE
  const wishes: Wish[] = []
  for (const key of keys) {
    const pressed = press(choice, typeof key === 'string' ? { name: key } : key, ROWS, PLACES)
    choice = pressed.choice
    if (pressed.wish) wishes.push(pressed.wish)
  }
  return { choice, wishes }
}

describe('Keys of the terminal screen', () => {
  it('choose a scenario, and stay within the list', () => {
    expect(after('down', 'j').choice.row).to.equal(2)
    expect(after('down', 'up', 'k').choice.row).to.equal(0)
    expect(after('pagedown').choice.row).to.equal(ROWS - 1)
    expect(after('end', 'down').choice.row).to.equal(ROWS - 1)
    expect(after('end', 'home').choice.row).to.equal(0)
  })

  it('choose a place, around and around', () => {
    expect(after('right').choice.place).to.equal(1)
    expect(after('left').choice.place).to.equal(PLACES - 1)
    expect(after('right', 'right', 'right').choice.place).to.equal(0)
  })

  it('start and stop what is chosen, and stop everything', () => {
    expect(after('return', 'enter', 'space', 'x').wishes).to.deep.equal(['toggle', 'toggle', 'toggle', 'stop-all'])
  })

  it('ask before the run ends, and take no for an answer', () => {
    expect(after('q')).to.deep.equal({ choice: { ...FIRST_CHOICE, leaving: true }, wishes: [] })
    expect(after('q', 'n', 'y').wishes).to.deep.equal([])
    expect(after('q', 'escape').choice.leaving).to.equal(false)
    expect(after('q', 'return').choice.leaving).to.equal(true)
    expect(after('q', 'y').wishes).to.deep.equal(['leave'])
  })

  it('leave by Ctrl-C without being asked', () => {
    expect(after({ name: 'c', ctrl: true }).wishes).to.deep.equal(['leave-at-once'])
    expect(after('q', { name: 'c', ctrl: true }).wishes).to.deep.equal(['leave-at-once'])
  })

  it('do nothing when they mean nothing', () => {
    expect(after('z', { ctrl: true, name: 'x' }, {})).to.deep.equal({ choice: FIRST_CHOICE, wishes: [] })
  })
})
