import { expect } from 'chai'
import * as fc from 'fast-check'
import { TopicTree } from '../../broker/topic-tree.ts'

/** The rules of [MQTT-4.7] in the plainest form. */
function matches(filter: string, topic: string): boolean {
  const filters = filter.split('/')
  const levels = topic.split('/')
  if (topic.startsWith('$') && (filters[0] === '#' || filters[0] === '+')) return false
  for (const [n, level] of filters.entries()) {
    if (level === '#') return true
    if (n >= levels.length || (level !== '+' && level !== levels[n])) return false
  }
  return filters.length === levels.length
}

const level = fc.constantFrom('a', 'b', '', '$x')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc.tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, all]) => [...levels, ...(all ? ['#'] : [])].join('/'))

describe('the tree of topics', () => {
  it('finds the names that a filter matches, whatever came and went', () => {
    fc.assert(fc.property(fc.array(topic), fc.array(topic), filter, (added, removed, wanted) => {
      const tree = new TopicTree<string>()
      for (const one of added) tree.set(one, one)
      for (const one of removed) tree.delete(one)
      const left = new Set(added.filter((one) => !removed.includes(one)))
      expect([...tree.matchedBy(wanted)].sort()).to.deep.equal([...left].filter((one) => matches(wanted, one)).sort())
      expect(tree.size).to.equal(left.size)
    }))
  })

  it('finds the filters that match a name', () => {
    fc.assert(fc.property(fc.array(fc.oneof(filter, fc.constant('#'))), topic, (filters, name) => {
      const tree = new TopicTree<string>()
      for (const one of filters) tree.set(one, one)
      expect(tree.matching(name).sort()).to.deep.equal([...new Set(filters)].filter((one) => matches(one, name)).sort())
    }))
  })
})
