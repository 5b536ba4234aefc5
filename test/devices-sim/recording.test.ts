import { expect } from 'chai'
import { UserFault } from '../../devices-sim/faults.ts'
import { heatRow, readRecording } from '../../devices-sim/recording.ts'
import { CONTRACT_NUMBERS } from '../../devices-sim/rule-numbers.ts'

const HEADER = 'Time,Doorway,Quadrant A Temperature 25 mm Below Ceiling,Quadrant A Temperature 0.3 m Below Ceiling,Quadrant B Temperature 25 mm Below Ceiling'

describe('A recorded fire', () => {
  it('is read as the hottest ceiling channel; lower and other channels do not count', () => {
    expect(readRecording(`${HEADER}\n-1,900,20,800,21.5\n0,900,23,800,22\n`, 'x')).to.deep.equal([
      { second: -1, temperature: 21.5 }, { second: 0, temperature: 23 }
    ])
  })

  it('takes a blank as missing, and a row of blanks as no sample', () => {
    expect(readRecording(`${HEADER}\r\n0,,,,21\r\n1,5,,5,\r\n`, 'x')).to.deep.equal([{ second: 0, temperature: 21 }, { second: 1, temperature: null }])
  })

  it('saturates where a sensor does, at 125 °C and at -40 °C', () => {
    expect(readRecording(`${HEADER}\n0,0,1112,0,3\n1,0,-400,0,-90\n`, 'x').map((one) => one.temperature)).to.deep.equal([125, -40])
  })

  it('says what is missing or wrong, with the line', () => {
    expect(() => readRecording('a,b\n1,2\n', 'x.csv')).to.throw(UserFault, /x\.csv.*no column "Time".*Quadrant/s)
    expect(() => readRecording(`${HEADER}\n0,0,hot,0,3\n0,0,1,0,3\n`, 'x')).to.throw(UserFault, /line 2.*"hot" is no number.*line 3: "Time" does not rise/s)
    expect(() => readRecording(`${HEADER}\n`, 'x')).to.throw(UserFault, /no rows/)
    expect(() => readRecording(`${HEADER}\n0,900,,800,\n1,900,NaN,800,\n`, 'x')).to.throw(UserFault, /no row has a temperature/)
  })

  it('calls for heat at 57 °C', () => {
    const rows = Array.from({ length: 50 }, (_, index) => ({ second: index * 30, temperature: 20 + index * 2 }))
    expect(heatRow(rows, CONTRACT_NUMBERS)).to.equal(19)
  })

  it('calls for heat when it is 8.3 °C above what it was 60 s ago, not above a dip in between', () => {
    const rows = [[0, 25], [30, 24.9], [60, 33.25], [61, 33.3]].map(([second, temperature]) => ({ second: second!, temperature: temperature! }))
    expect(heatRow(rows, CONTRACT_NUMBERS)).to.equal(3)
    expect(heatRow(rows.slice(0, 2), CONTRACT_NUMBERS)).to.equal(null)
  })

  it('leaves missing samples out of the window', () => {
    expect(heatRow([{ second: 0, temperature: null }, { second: 1, temperature: 20 }, { second: 50, temperature: 28.3 }], CONTRACT_NUMBERS)).to.equal(2)
  })
})
