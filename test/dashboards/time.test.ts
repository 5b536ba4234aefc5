import { expect } from 'chai'
import { translator } from '../../dashboards/src/i18n/text.ts'
import { ageText, clockText } from '../../dashboards/src/time/age.ts'
import { timeFormat } from '../../dashboards/src/time/format.ts'

const [en, zh] = [translator('en'), translator('zh')]
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]

describe('the age of something', () => {
  const ages: readonly (readonly [number, string, string])[] = [
    [-5 * SECOND, '0 s', '0 秒'],
    [999, '0 s', '0 秒'],
    [59 * SECOND, '59 s', '59 秒'],
    [MINUTE, '1 min', '1 分钟'],
    [59 * MINUTE + 59 * SECOND, '59 min', '59 分钟'],
    [HOUR, '1 h', '1 小时'],
    [2 * HOUR + 5 * MINUTE, '2 h 05 min', '2 小时 05 分'],
    [DAY, '1 d', '1 天'],
    [3 * DAY + 4 * HOUR, '3 d 4 h', '3 天 4 小时'],
    [9 * DAY + 4 * HOUR, '9 d', '9 天']
  ]
  for (const [age, english, chinese] of ages) {
    it(`of ${age} ms is "${english}" and "${chinese}"`, () => {
      expect(ageText(en, age)).to.equal(english)
      expect(ageText(zh, age)).to.equal(chinese)
    })
  }

  it('as a countdown rounds up, so that it ends at 0:00 and not before', () => {
    expect(clockText(5 * MINUTE)).to.equal('5:00')
    expect(clockText(4 * MINUTE + 1)).to.equal('4:01')
    expect(clockText(-1)).to.equal('0:00')
  })
})

describe('a moment', () => {
  // 2026-03-01T19:30:05Z is already the next day in Lanzhou.
  const at = Date.UTC(2026, 2, 1, 19, 30, 5)

  it('is said in the time zone of the site', () => {
    expect(timeFormat('en', 'Asia/Shanghai').time(at)).to.equal('03:30:05')
    expect(timeFormat('zh', 'Asia/Shanghai').minute(at)).to.equal('03:30')
    expect(timeFormat('en', 'Europe/Berlin').time(at)).to.equal('20:30:05')
  })

  it('says its day unless that is today at the site, and its year unless that is this one', () => {
    const { moment } = timeFormat('zh', 'Asia/Shanghai')
    expect(moment(at, at + 20 * HOUR)).to.equal('03:30:05')
    expect(moment(at, at + 21 * HOUR)).to.equal('03-02 03:30:05')
    expect(moment(at, at + 400 * DAY)).to.equal('2026-03-02 03:30:05')
  })

  it('at midnight is 00 and not 24', () => {
    expect(timeFormat('en', 'Asia/Shanghai').time(Date.UTC(2026, 2, 1, 16))).to.equal('00:00:00')
  })

  it('falls back to UTC for a zone that nobody knows', () => {
    expect(timeFormat('en', 'Mars/Olympus').time(at)).to.equal('19:30:05')
  })

  it('names the zone of the site only to who reads it from another', () => {
    expect(timeFormat('zh', Intl.DateTimeFormat().resolvedOptions().timeZone).foreign(0)).to.equal(null)
    expect(timeFormat('zh', 'Pacific/Kiritimati').foreign(Date.UTC(2026, 0, 1))).to.equal('GMT+14')
  })
})
