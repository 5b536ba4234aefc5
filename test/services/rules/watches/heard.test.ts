import { expect } from 'chai'
import * as fc from 'fast-check'
import { heardAt, heardBy, hearing, UNHEARD } from '../../../../services/rules/watches/heard.ts'

describe('When a rule was last heard of', () => {
  it('is what a plain list of times would say, whatever messages spoke to which rules', () => {
    const said = fc.record({ mask: fc.integer({ min: 1, max: 255 }), at: fc.integer({ min: 1, max: 1e12 }), one: fc.option(fc.nat(7)) })
    fc.assert(fc.property(fc.array(said, { maxLength: 20 }), (sayings) => {
      let heard = UNHEARD
      const plain: (number | null)[] = Array.from({ length: 8 }, () => null)
      for (const { mask, at, one } of sayings) {
        heard = one === null ? hearing(heard, mask, at) : heardBy(heard, one, at)
        for (let index = 0; index < 8; index += 1) if (one === null ? (mask & (1 << index)) !== 0 : index === one) plain[index] = at
        heard = JSON.parse(JSON.stringify(heard)) as typeof heard
      }
      expect(plain.map((_, index) => heardAt(heard, index))).to.deep.equal(plain)
    }))
  })
})
