import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { en } from '../../dashboards/src/i18n/en.ts'
import { fill, isTextKey, translator } from '../../dashboards/src/i18n/text.ts'
import { zh } from '../../dashboards/src/i18n/zh.ts'

const places = (text: string) => new Set([...text.matchAll(/\{(\w+)(?::[^}]*)?\}/g)].map((match) => match[1]))

describe('the texts of the screens', () => {
  it('are the same keys in Chinese and English', () => {
    expect(Object.keys(en).sort()).to.deep.equal(Object.keys(zh).sort())
  })

  it('are never empty and have the same parameters in both languages', () => {
    for (const [key, text] of Object.entries(zh)) {
      if (!isTextKey(key)) throw new Error(`${key} is no key`)
      expect(text, key).not.to.equal('')
      expect(en[key], key).not.to.equal('')
      expect(places(en[key]), key).to.deep.equal(places(text))
    }
  })

  it('have no Chinese left in the English ones, but for the switch that names the other language', () => {
    const chinese = Object.entries(en).filter(([key, text]) => !key.startsWith('language.') && /\p{Script=Han}/u.test(text))
    expect(chinese).to.deep.equal([])
  })

  it('tell refusals by codes that the platform gives', () => {
    const given = readFileSync(join(import.meta.dirname, '../../services/api/problem.ts'), 'utf8')
    const told = Object.keys(zh).filter((key) => key.startsWith('failure.'))
    expect(told).not.to.deep.equal([])
    for (const key of told) expect(given, key).to.match(new RegExp(`^ {2}'?${key.slice('failure.'.length)}'?: \\[`, 'm'))
  })

  it('fill their places and leave one without a parameter to be seen', () => {
    expect(fill('{a} of {b}', { a: 3 })).to.equal('3 of {b}')
    expect(translator('en')('alarms.count', { count: 0 })).to.equal('0 in all')
    expect(fill('{n} {n:alarm|alarms}', { n: 1 })).to.equal('1 alarm')
    expect(fill('{n} {n:alarm|alarms}', { n: 0 })).to.equal('0 alarms')
    expect(translator('zh')('alarms.count', { count: 12 })).to.equal('共 12 条')
  })
})
