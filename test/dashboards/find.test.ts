import { expect } from 'chai'
import { understand } from '../../dashboards/src/live/find.ts'
import type { CompoundView } from '../../protocol/http/places.ts'

const compound = (id: string, name: string, district: string) => ({
  id, name, district, buildings: ['1', '2', '3'].map((building) => ({ id: building, name: `${building}号楼`, units: 1, floors: 6 }))
}) as unknown as CompoundView
const COMPOUNDS = [compound('c01', '杏林苑（试点·虚构）', '城关'), compound('c02', '云梯家园', '七里河'), compound('c03', 'Zaoxiang Li', '安宁')]

const found = (text: string) => {
  const { places, devices, alarm } = understand(text, COMPOUNDS)
  return { places: places.map((find) => (find.type === 'compound' ? find.compound.id : `${find.compound.id}/${find.building.id}`)), devices, alarm }
}

describe('the search', () => {
  it('finds compounds by part of a name, by id and by district', () => {
    expect(found('杏林').places).to.deep.equal(['c01'])
    expect(found('c02')).to.deep.equal({ places: ['c02'], devices: null, alarm: null })
    expect(found('安宁').places).to.deep.equal(['c03'])
    expect(found('zaoxiang').places).to.deep.equal(['c03'])
  })

  it('finds a building by its name, in the compound that was named or in all', () => {
    expect(found('云梯 3号楼').places).to.deep.equal(['c02/3'])
    expect(found('2号楼').places).to.deep.equal(['c01/2', 'c02/2', 'c03/2'])
    expect(found('c01 2').places).to.deep.equal(['c01/2'])
  })

  it('asks for the home within the place that was named', () => {
    expect(found('杏林 3号楼 402').devices).to.deep.equal({ compound: 'c01', building: '3', q: '402' })
    expect(found('c02 402').devices).to.deep.equal({ compound: 'c02', q: '402' })
    expect(found('1203').devices).to.deep.equal({ q: '1203' })
    expect(found('c01-smoke-0123').devices).to.deep.equal({ q: 'c01-smoke-0123' })
  })

  it('takes a number as that of an alarm too, and nothing else', () => {
    expect([found('a118').alarm, found('#118').alarm, found('118').alarm]).to.deep.equal(['a118', 'a118', 'a118'])
    expect([found('a118 b').alarm, found('c01').alarm, found('').alarm]).to.deep.equal([null, null, null])
  })
})
