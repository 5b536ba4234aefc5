import { expect } from 'chai'
import * as fc from 'fast-check'
import { heardAt, heardBy, hearing, isUneasy, UNHEARD } from '../../../../services/rules/watches/heard.ts'

describe('When a rule was last heard of', () => {
  it('is what a plain list of times would say, whatever messages spoke to which rules', () => {
    const said = fc.record({ mask: fc.integer({ min: 1, max: 255 }), at: fc.integer({ min: 1, max: 1e12 }), uneasy: fc.nat(255), one: fc.option(fc.nat(7)) })
    fc.assert(fc.property(fc.array(said, { maxLength: 20 }), (sayings) => {
      let heard = UNHEARD
      const plain: (number | null)[] = Array.from({ length: 8 }, () => null)
      const calm = Array.from({ length: 8 }, () => true)
      for (const { mask, at, uneasy, one } of sayings) {
        heard = one === null ? hearing(heard, mask, at, uneasy & mask) : heardBy(heard, one, hearing(UNHEARD, 1 << one, at, uneasy & (1 << one)))
        for (let index = 0; index < 8; index += 1) {
          if (one === null ? (mask & (1 << index)) === 0 : index !== one) continue
          plain[index] = at
          calm[index] = (uneasy & (1 << index)) === 0
        }
        heard = JSON.parse(JSON.stringify(heard)) as typeof heard
      }
      expect(plain.map((_, index) => heardAt(heard, index))).to.deep.equal(plain)
      expect(calm.map((_, index) => !isUneasy(heard, index))).to.deep.equal(calm)
    }))
  })
})
