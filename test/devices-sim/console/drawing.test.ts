import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import { draw } from '../../../devices-sim/console/drawing.ts'
import type { Line, View } from '../../../devices-sim/console/drawing.ts'
import { FIRST_CHOICE } from '../../../devices-sim/console/keys.ts'
import { columnsOf, fitted } from '../../../devices-sim/console/text.ts'
import { langOf, WORDS } from '../../../devices-sim/console/words.ts'
import { SCENARIOS } from '../../../devices-sim/scenarios/catalogue.ts'

const idle = (name: string): Line => ({
  name, description: SCENARIOS.find((one) => one.name === name)?.description ?? { zh: '', en: '' }, state: 'idle', where: '', seconds: 0, lasts: 0, expected: 0, found: 0, faults: 0
})
const view = (rest: Partial<View> = {}): View => ({
  lang: 'en', url: 'http://127.0.0.1:3000', choice: FIRST_CHOICE, place: 'c07', lines: SCENARIOS.map((one) => idle(one.name)), connected: 140, wanted: 146, sent: 1_234, acknowledged: 1_230,
  inFlight: 4, away: false, reading: { sentPerSecond: 25.4, acknowledgedPerSecond: 25, own: { share: 0.031, memory: 181e6 }, platform: { share: 0.12, memory: 404e6 } },
  verdict: { expected: 3, found: 2, missed: 0, false: 1, doubled: 0, late: 0, wrong: 0 }, said: [], ending: false, ...rest
})
const shown = (given: View, columns = 120, rows = 40): string[] => draw(given, columns, rows).map((line) => stripVTControlCharacters(line))

describe('The terminal screen', () => {
  it('fills every line to the width and never more than the height, however small and in either language', () => {
    for (const lang of ['zh', 'en'] as const) {
      for (const [columns, rows] of [[120, 40], [80, 24], [60, 12], [30, 8], [10, 3]] as const) {
        const lines = shown(view({ lang, said: ['one', 'two'] }), columns, rows)
        expect(lines.length, `${columns}x${rows}`).to.be.at.most(rows)
        for (const line of lines) expect(columnsOf(line), line).to.equal(columns)
      }
    }
  })

  it('says where, what is connected, sent and acknowledged, what both sides cost, and what was found so far', () => {
    const text = shown(view()).join('\n')
    for (const part of ['place ◂ c07 ▸', 'connected 140/146', 'sent 1234 (25/s)', 'acknowledged 1230', 'in flight 4', 'simulator 3 % of a core, 181 MB', 'platform 12 % of a core, 404 MB',
      'called for 3  found 2', 'false 1']) expect(text).to.contain(part)
    expect(shown(view({ place: null })).join('\n')).to.contain('any compound')
  })

  it('shows each scenario with its text in the language, and how far it is', () => {
    const burning: Line = { ...idle('fire'), state: 'running', where: 'c07-smoke-0001', seconds: 12, lasts: 180, expected: 4, found: 2, faults: 1 }
    const lines = SCENARIOS.map((one) => (one.name === 'fire' ? burning : idle(one.name)))
    const english = shown(view({ lines }), 200, 60)
    expect(english.find((line) => line.includes('fire '))).to.match(/^ {2}▶ fire +12\/180 s 2\/4 !1 +c07-smoke-0001/)
    const chinese = shown(view({ lang: 'zh' }), 200, 60).join('\n')
    for (const { name, description } of SCENARIOS) {
      expect(chinese).to.contain(name)
      expect(chinese).to.contain(description.zh.slice(0, 10))
      expect(english.join('\n')).to.contain(name)
    }
  })

  it('scrolls to what is chosen', () => {
    const last = SCENARIOS.length - 1
    const lines = shown(view({ choice: { ...FIRST_CHOICE, row: last } }), 80, 16)
    expect(lines.find((line) => line.startsWith('›'))).to.contain(SCENARIOS[last]?.name)
  })

  it('says that the platform is away, asks before it ends, and says that it is ending', () => {
    expect(shown(view({ away: true })).join('\n')).to.contain(WORDS.en.away)
    expect(shown(view({ choice: { ...FIRST_CHOICE, leaving: true } })).at(-1)).to.contain(WORDS.en.leave)
    expect(shown(view({ ending: true, lang: 'zh' })).at(-1)).to.contain(WORDS.zh.ending)
  })

  it('counts Chinese characters as two columns, and cuts between them', () => {
    expect(columnsOf('门a')).to.equal(3)
    expect(fitted('门房模拟', 6)).to.equal('门房… ')
    expect(fitted('门房', 6)).to.equal('门房  ')
    expect(fitted('abcdef', 4)).to.equal('abc…')
  })

  it('speaks the language that is asked for, else that of the terminal', () => {
    expect(langOf(null, { LANG: 'zh_CN.UTF-8' })).to.equal('zh')
    expect(langOf(null, { LC_ALL: '', LANG: 'zh_CN.UTF-8' })).to.equal('zh')
    expect(langOf(null, { LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' })).to.equal('en')
    expect(langOf(null, {})).to.equal('en')
    expect(langOf('zh', { LANG: 'en_US.UTF-8' })).to.equal('zh')
  })
})
