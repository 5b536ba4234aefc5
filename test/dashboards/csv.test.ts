import { expect } from 'chai'
import * as fc from 'fast-check'
import { readCsv } from '../../dashboards/src/csv/read.ts'
import { csvText } from '../../dashboards/src/csv/write.ts'

describe('A CSV file', () => {
  it('begins with a byte order mark, has quoted what needs it, and ends each line as the standard says', () => {
    expect(csvText([['a', 'b"c', 1], [null, 'd,e', 'f\ng']])).to.equal('\uFEFFa,"b""c",1\r\n,"d,e","f\ng"\r\n')
  })

  it('gives a spreadsheet no formula to run', () => {
    expect(csvText([['=cmd()', '+1', '-1', '@x', 'a=b', -5]])).to.equal('\uFEFF\'=cmd(),\'+1,\'-1,\'@x,a=b,-5\r\n')
  })

  it('is read back as it was written, whatever the cells hold', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\t', '楼', ' ') }).map((each) => `x${each}x`)
    fc.assert(fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
      expect(readCsv(csvText([['h,', 'h'], ...rows])).rows.slice(1).map(({ cells }) => cells)).to.deep.equal(rows)
    }))
  })

  it('is read with the line on which each row begins, over quoted line ends and empty lines', () => {
    const { rows, unclosed } = readCsv('id,home\n\n"a\nb",1\r\nc,2')
    expect(rows).to.deep.equal([{ line: 1, cells: ['id', 'home'] }, { line: 3, cells: ['a\nb', '1'] }, { line: 5, cells: ['c', '2'] }])
    expect(unclosed).to.equal(null)
  })

  it('may have semicolons or tabs, as spreadsheets of other countries write it', () => {
    expect(readCsv('a;b\n1;2').rows.map(({ cells }) => cells)).to.deep.equal([['a', 'b'], ['1', '2']])
    expect(readCsv('a\tb\n1\t2').rows.map(({ cells }) => cells)).to.deep.equal([['a', 'b'], ['1', '2']])
  })

  it('tells where a quote was opened that nobody closed', () => {
    expect(readCsv('a,b\n"c,d\ne').unclosed).to.equal(2)
  })
})
