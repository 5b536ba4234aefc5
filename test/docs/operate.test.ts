import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { SETTING_NAMES } from '../../services/config/config.ts'
import { RULE_SETTINGS } from '../../services/rules/settings.ts'

/** Rows of the first table after a heading, cell by cell. */
function tableAfter(heading: string): string[][] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/operate.md'), 'utf8')
  const lines = text.slice(text.indexOf(heading)).split('\n')
  const first = lines.findIndex((line) => line.startsWith('|'))
  const rows = lines.slice(first + 2)
  return rows.slice(0, rows.findIndex((line) => !line.startsWith('|')) >>> 0).map((line) => line.slice(1, line.lastIndexOf('|')).split('|').map((cell) => cell.trim()))
}

describe('docs/operate.md', () => {
  it('lists each setting, and none that there is not', () => {
    const names = tableAfter('## 设置 · Settings').flatMap(([name = '']) => name.replaceAll('`', '').split(', '))
    expect(names.sort()).to.deep.equal([...SETTING_NAMES].sort())
  })

  it('lists each number of a rule as it is declared', () => {
    const { 'time.behind': _set, ...settable } = RULE_SETTINGS
    const declared = Object.values(settable).map(({ env, unit, default: value, min, max, label }) => [`\`${env}\``, unit ?? '', `${value}`, `${min}–${max}`, `${label.zh} · ${label.en}`])
    expect(tableAfter('### 规则的数字 · Numbers of the rules')).to.deep.equal(declared)
  })
})
