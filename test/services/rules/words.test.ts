import { expect } from 'chai'
import { spanned } from '../../../services/rules/words.ts'

describe('The words of a span', () => {
  it('are whole numbers of the largest unit, also where a setting is a part of one', () => {
    const said = (seconds: number) => { const { zh, en } = spanned(seconds * 1000); return `${zh} ${en}` }
    expect([0.2 * 60, 59, 90, 180, 3600, 0.05 * 3600, 5400, 86_400].map(said)).to.deep.equal([
      '12 秒 12 s', '59 秒 59 s', '90 秒 90 s', '3 分钟 3 min', '60 分钟 60 min', '3 分钟 3 min', '90 分钟 90 min', '24 小时 24 h'
    ])
  })
})
