import { expect } from 'chai'
import { compare, hashOf, reset, unitsOf, upgrade } from '../../flows/shipped.ts'
import type { Base } from '../../flows/shipped.ts'
import type { FlowNode } from '../../protocol/http/flows.ts'

const tab = (id: string, text = 'first', place = 1): FlowNode[] => [
  { id, type: 'tab', label: `tab ${id}` }, { id: `${id}-1`, type: 'function', z: id, func: text, x: place, y: place }
]
const baseOf = (flows: readonly FlowNode[]): Base => Object.fromEntries([...unitsOf(flows)].map(([id, unit]) => [id, hashOf(unit)]))
/** The text of each tab, by its id. */
const texts = (flows: readonly FlowNode[]): Record<string, unknown> =>
  Object.fromEntries(flows.flatMap((node): [string, unknown][] => (typeof node['z'] === 'string' ? [[node['z'], node['func']]] : [])))

describe('an upgrade of the shipped flows', () => {
  const cases: readonly { what: string; own: FlowNode[]; shipped: FlowNode[]; base: Base; after: Record<string, string>; kept?: string[] }[] = [
    { what: 'brings everything to a new house', own: [], shipped: [...tab('a'), ...tab('b')], base: {}, after: { a: 'first', b: 'first' } },
    { what: 'brings a tab that is shipped for the first time', own: tab('a'), shipped: [...tab('a'), ...tab('b')], base: baseOf(tab('a')), after: { a: 'first', b: 'first' } },
    { what: 'renews a tab that nobody changed', own: tab('a'), shipped: tab('a', 'second'), base: baseOf(tab('a')), after: { a: 'second' } },
    { what: 'renews one whose nodes were only moved', own: tab('a', 'first', 700), shipped: tab('a', 'second'), base: baseOf(tab('a')), after: { a: 'second' } },
    { what: 'keeps a tab that the user changed, and says so', own: tab('a', 'mine'), shipped: tab('a', 'second'), base: baseOf(tab('a')), after: { a: 'mine' }, kept: ['a'] },
    { what: 'keeps a changed one quietly while nothing newer is shipped', own: tab('a', 'mine'), shipped: tab('a'), base: baseOf(tab('a')), after: { a: 'mine' } },
    { what: 'does not bring back what the user removed', own: [], shipped: tab('a'), base: baseOf(tab('a')), after: {} },
    { what: 'says that something newer is shipped of what the user removed', own: [], shipped: tab('a', 'second'), base: baseOf(tab('a')), after: {}, kept: ['a'] },
    { what: 'takes away what is no longer shipped and nobody changed', own: [...tab('a'), ...tab('b')], shipped: tab('b'), base: baseOf([...tab('a'), ...tab('b')]), after: { b: 'first' } },
    { what: 'keeps what is no longer shipped and was changed', own: tab('a', 'mine'), shipped: [], base: baseOf(tab('a')), after: { a: 'mine' } },
    { what: 'leaves the user\'s own tabs alone', own: [...tab('x', 'mine'), ...tab('a')], shipped: tab('a', 'second'), base: baseOf(tab('a')), after: { x: 'mine', a: 'second' } },
    { what: 'leaves alone a tab of the user that has the id of a shipped one', own: tab('a', 'mine'), shipped: tab('a'), base: {}, after: { a: 'mine' }, kept: ['a'] }
  ]
  for (const { what, own, shipped, base, after, kept = [] } of cases) {
    it(what, () => {
      const next = upgrade(own, shipped, base)
      expect(texts(next.flows)).to.deep.equal(after)
      expect(next.kept).to.deep.equal(kept)
      // What was settled once stays so.
      const again = upgrade(next.flows, shipped, next.base)
      expect(again.flows).to.deep.equal(next.flows)
      expect(again.base).to.deep.equal(next.base)
    })
  }

  it('keeps a change through two upgrades, and renews again after a reset', () => {
    const first = upgrade(tab('a', 'mine'), tab('a', 'second'), baseOf(tab('a')))
    const second = upgrade(first.flows, tab('a', 'third'), first.base)
    expect(texts(second.flows)).to.deep.equal({ a: 'mine' })
    const back = reset(second.flows, tab('a', 'third'), 'a') ?? []
    expect(texts(back)).to.deep.equal({ a: 'third' })
    expect(texts(upgrade(back, tab('a', 'fourth'), baseOf(tab('a', 'third'))).flows)).to.deep.equal({ a: 'fourth' })
  })
})

describe('the comparison with the shipped flows', () => {
  it('says what is the same, changed, missing, and where something newer was kept out', () => {
    const shipped = [...tab('a'), ...tab('b', 'second'), ...tab('c')]
    const own = [...tab('a', 'first', 900), ...tab('b', 'mine')]
    expect(compare(own, shipped, baseOf([...tab('a'), ...tab('b'), ...tab('c')])).map(({ id, name, state, newer }) => [id, name, state, newer])).to.deep.equal([
      ['a', 'tab a', 'same', false], ['b', 'tab b', 'changed', true], ['c', 'tab c', 'missing', false]
    ])
  })

  it('says what a reset would do', () => {
    const [{ difference } = { difference: null }] = compare(tab('a', 'mine'), tab('a'), {})
    expect(difference?.changed.map(({ id }) => id)).to.deep.equal(['a-1'])
    expect(reset(tab('a'), tab('a'), 'nothing')).to.equal(null)
  })
})
