import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Item } from '../../../protocol/decoded.ts'
import { NOTHING_SEEN, recognise } from '../../../services/intake/repeats.ts'
import type { Recognition, Seen } from '../../../services/intake/repeats.ts'

/** Numbered objects are remembered over the last so many at least. */
const REMEMBERED = 192

interface Sent {
  readonly boot: string
  readonly seq: number
  readonly value: number
}

function itemOf({ boot, seq, value }: Sent): Item {
  return { index: 0, ts: 1, boot, seq, historical: false, salvaged: false, type: null, values: {}, raw: { ts: 1, boot, seq, value } }
}

/** What is said of each of these, one after the other; what is remembered goes through JSON before each. */
function heard(sent: readonly Sent[]): { readonly said: readonly Recognition[], readonly seen: Seen } {
  let seen = NOTHING_SEEN
  const said = sent.map((one) => {
    const recognised = recognise(JSON.parse(JSON.stringify(seen)) as Seen, itemOf(one))
    seen = recognised.seen
    return recognised.is
  })
  return { said, seen }
}

/** The same by a plain list of everything that was ever sent, and how many new ones came after each. */
function byList(sent: readonly Sent[]): readonly { readonly is: Recognition, readonly since: number }[] {
  const known = new Map<string, { value: number, at: number }>()
  let fresh = 0
  return sent.map(({ boot, seq, value }) => {
    const key = `${boot} ${seq}`
    const before = known.get(key)
    // What may be forgotten by now may be taken for new.
    if (before === undefined || fresh - before.at >= REMEMBERED) fresh += 1
    const is = before === undefined ? 'new' : before.value === value ? 'repeat' : 'reused'
    known.set(key, { value, at: before?.at ?? fresh })
    return { is, since: fresh - (before?.at ?? fresh) }
  })
}

const step = fc.record({
  /** How far the counter goes on before it: mostly one by one, now and then with a gap. */
  on: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 3),
  /** How many to send again, and how far back. */
  again: fc.constantFrom(0, 0, 0, 1, 4), back: fc.nat(260), value: fc.nat(2),
  reboot: fc.constantFrom(false, false, false, false, false, false, false, true)
})
const sent = fc.array(step, { minLength: 1, maxLength: 120, size: 'max' }).map((steps) => {
  const all: Sent[] = []
  let boot = 0
  let seq = -1
  for (const { on, again, back, value, reboot } of steps) {
    if (reboot) [boot, seq] = [boot + 1, -1]
    for (let n = 0; n < 5; n += 1) all.push({ boot: `b${boot}`, seq: seq += n === 0 ? on : 1, value: 0 })
    const from = Math.max(0, all.length - 1 - back)
    for (const one of all.slice(from, from + again)) all.push({ ...one, value })
  }
  return all
})

describe('What a device sends again', () => {
  it('is what a plain list of all that it sent says, as far as it is remembered: the last 192 numbers at least, with gaps and restarts between them', () => {
    fc.assert(fc.property(sent, (all) => {
      const plain = byList(all)
      const { said, seen } = heard(all)
      for (const [n, is] of said.entries()) {
        const { is: expected, since } = plain[n] ?? { is: 'new', since: 0 }
        if (since < REMEMBERED || expected === 'new') expect(is, JSON.stringify([n, all[n]])).to.equal(expected)
      }
      expect(seen.count).to.be.at.most(256)
    }), { numRuns: 100 })
  })
})
