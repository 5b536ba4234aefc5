import { expect } from 'chai'
import { ALL_WELL, judgePlatform } from '../../../services/rules/platform.ts'
import type { SelfView } from '../../../services/rules/platform.ts'
import { DEFAULT_SETTINGS } from '../../../services/rules/settings.ts'
import type { RuleSettings } from '../../../services/rules/settings.ts'

const NOW = 1_767_225_600_000

/** What the book hears, look by look. */
function hears(views: readonly Partial<SelfView>[], settings: RuleSettings = DEFAULT_SETTINGS): string[][] {
  let state = ALL_WELL
  return views.map((view) => {
    const judged = judgePlatform(state, { historyLag: null, diskFree: 0.5, ...view }, NOW, settings)
    state = judged.state
    return judged.signals.map(({ change, rule, severity }) => `${change} ${rule} ${severity}`)
  })
}

describe('Rules about the platform itself', () => {
  it('raise once when InfluxDB is a minute behind, and clear when it is well back', () => {
    const lags = [0, 59_999, 60_000, 3_600_000, 31_000, 29_999, 45_000, 61_000].map((historyLag) => ({ historyLag }))
    expect(hears(lags)).to.deep.equal([[], [], ['raise platform.history-lag medium'], [], [], ['clear platform.history-lag medium'], [], ['raise platform.history-lag medium']])
  })

  it('are content where there is no InfluxDB (any more)', () => {
    expect(hears([{ historyLag: 70_000 }, { historyLag: null }, { historyLag: null }])).to.deep.equal([['raise platform.history-lag medium'], ['clear platform.history-lag medium'], []])
  })

  it('raise when a tenth of the disk is left, and clear with more; what could not be read changes nothing', () => {
    expect(hears([{ diskFree: 0.101 }, { diskFree: 0.1 }, { diskFree: null }, { diskFree: 0.115 }, { diskFree: 0.121 }])).to.deep.equal([
      [], ['raise platform.disk high'], [], [], ['clear platform.disk high']
    ])
  })

  it('go by their settings', () => {
    expect(hears([{ historyLag: 10_000 }], { ...DEFAULT_SETTINGS, 'platform.history-lag.limit': 10 })).to.deep.equal([['raise platform.history-lag medium']])
    expect(hears([{ diskFree: 0.02 }], { ...DEFAULT_SETTINGS, 'platform.disk.limit': 0 })).to.deep.equal([[]])
  })

  it('speak of no compound, in both languages', () => {
    const { signals: [lag, disk] } = judgePlatform(ALL_WELL, { historyLag: 75_400, diskFree: 0.0812 }, NOW, DEFAULT_SETTINGS)
    expect(lag).to.deep.include({
      subject: 'platform:history', ts: NOW, compound: null, building: null, device: null, location: null, latches: false,
      message: { zh: 'InfluxDB 已落后 75 秒', en: 'InfluxDB is 75 s behind' }
    })
    expect(disk).to.deep.include({ subject: 'platform:disk', message: { zh: '数据盘只剩 8.1 % 可用', en: 'only 8.1 % of the data disk is free' } })
  })
})
