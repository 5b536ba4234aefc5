import { expect } from 'chai'
import { readNumbers } from '../../dashboards/src/screens/admin-numbers.ts'
import { compoundsIn, inOrder, readSheet } from '../../dashboards/src/screens/admin-sheet.ts'
import type { Known } from '../../dashboards/src/screens/admin-sheet.ts'

const known: Known = { buildings: new Map([['c07', new Set(['b01'])]]), devices: new Map([['c07-gateway-01', 'gateway'], ['c07-door-01', 'door']]) }
const HEAD = 'id,kind,compound,building,unit,floor,home,gateway,model\n'
const faultsOf = (text: string) => readSheet(text, known).faults.map(({ line, field, code }) => `${line} ${field} ${code}`)

describe('A table of devices', () => {
  it('becomes what the platform enrols, empty cells left out', () => {
    expect(readSheet(`${HEAD}c07-smoke-1,smoke,c07,b01,1,-2,101,c07-gateway-01,\n`, known)).to.deep.equal({
      faults: [],
      rows: [{
        line: 2,
        device: { id: 'c07-smoke-1', kind: 'smoke', compound: 'c07', gateway: 'c07-gateway-01', location: { building: 'b01', unit: '1', floor: -2, home: '101' }, model: null }
      }]
    })
  })

  it('may be written in Chinese, in any order of columns', () => {
    const { rows, faults } = readSheet('类型,楼栋,小区,编号\n烟感,b01,c07,c07-smoke-1', known)
    expect(faults).to.deep.equal([])
    expect(rows[0]!.device).to.include({ id: 'c07-smoke-1', kind: 'smoke' })
  })

  it('shows all its faults at once, by line and column', () => {
    expect(faultsOf(`${HEAD}C07,smoke,c07,b01,,,,,\nc07-a,toaster,c08,b01,,1.5,,,\nc07-b,door,c07,b09,,201,,c07-door-01,\nc07-c,door,c07,,,,${'x'.repeat(33)},nobody,\n`)).to.have.members([
      '2 id bad-id', '3 kind bad-kind', '3 compound unknown-compound', '3 floor bad-floor', '4 building unknown-building', '4 floor bad-floor',
      '4 gateway not-a-gateway', '5 building missing', '5 home too-long', '5 gateway unknown-gateway'
    ])
  })

  it('tells of an id that is there twice or enrolled already', () => {
    const { faults } = readSheet(`${HEAD}c07-x,door,c07,b01,,,,,\nc07-x,door,c07,b01,,,,,\nc07-door-01,door,c07,b01,,,,,\n`, known)
    expect(faults).to.deep.equal([
      { line: 3, field: 'id', code: 'twice', value: 'c07-x', other: 2 }, { line: 4, field: 'id', code: 'enrolled', value: 'c07-door-01' }
    ])
  })

  it('does not guess at a head that is wrong', () => {
    expect(faultsOf('id,kind,compund,building\nc07-a,door,c07,b01')).to.deep.equal(['1 compund unknown-column', '1 compound no-column'])
    expect(faultsOf('')).to.deep.equal(['1  empty'])
    expect(faultsOf(HEAD)).to.deep.equal(['1  empty'])
    expect(faultsOf(`${HEAD}"c07-a,door`)).to.include('2  unclosed')
  })

  it('has its gateways enrolled before what speaks through them, wherever they stand', () => {
    const { rows, faults } = readSheet(`${HEAD}c07-s,smoke,c07,b01,,,,c07-g,\nc07-g,gateway,c07,b01,,,,,\n`, known)
    expect(faults).to.deep.equal([])
    expect(inOrder(rows).map(({ device }) => device.id)).to.deep.equal(['c07-g', 'c07-s'])
    expect(compoundsIn(`${HEAD}c07-s,smoke,c07,b01,,,,,\nx,,c08,,,,,,`)).to.deep.equal(['c07', 'c08'])
  })
})

describe('The numbers of the machine room', () => {
  it('are summed over their labels, without buckets and what is no number', () => {
    const text = '# HELP a b\na 1\nb{x="1 2"} 2\nb{x="3"} 3.5\nc_bucket{le="1"} 9\nd NaN\n'
    expect([...readNumbers(text)]).to.deep.equal([['a', 1], ['b', 5.5]])
  })
})
