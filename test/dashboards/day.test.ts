import { expect } from 'chai'
import type { Alarm } from '../../protocol/alarm.ts'
import { countDay, readJournal } from '../../dashboards/src/live/day.ts'
import { DAY, HOUR, startOfDay } from '../../dashboards/src/time/day.ts'

const MIDNIGHT = Date.UTC(2026, 10, 21, 16)

describe('the day of a site', () => {
  it('begins at midnight in the zone of the site, whatever the zone of the computer', () => {
    expect(startOfDay('Asia/Shanghai', Date.UTC(2026, 10, 22, 3, 4, 5, 678))).to.equal(MIDNIGHT)
    expect(startOfDay('Asia/Shanghai', MIDNIGHT)).to.equal(MIDNIGHT)
    expect(startOfDay('Asia/Shanghai', MIDNIGHT - 1)).to.equal(MIDNIGHT - DAY)
    expect(startOfDay('No/Where', Date.UTC(2026, 10, 22, 3))).to.equal(Date.UTC(2026, 10, 22))
  })

  it('counts new alarms by the hour of today, and yesterday up to the same time', () => {
    const at = (receivedAt: number, severity: Alarm['severity'] = 'low') => ({ receivedAt, severity })
    const count = countDay([
      at(MIDNIGHT), at(MIDNIGHT + HOUR - 1, 'critical'), at(MIDNIGHT + 3 * HOUR), at(MIDNIGHT - 1), at(MIDNIGHT - DAY), at(MIDNIGHT - DAY + 2 * HOUR), at(MIDNIGHT - DAY - 1)
    ], MIDNIGHT, MIDNIGHT + 3 * HOUR)
    expect([count.today, count.byNow]).to.deep.equal([3, 2])
    expect(count.hours[0]).to.deep.equal({ critical: 1, high: 0, medium: 0, low: 1 })
    expect(count.hours[3]?.low).to.equal(1)
    expect([count.before[0], count.before[2], count.before[23]]).to.deep.equal([1, 1, 1])
  })
})

describe('the list of the day\'s alarms', () => {
  const all = Array.from({ length: 25 }, (_, n) => ({ id: `a${25 - n}`, receivedAt: 25 - n }) as Alarm)
  const pages = (from: readonly Alarm[]) => {
    const asked: (string | undefined)[] = []
    return {
      asked,
      page: (cursor: string | undefined) => {
        asked.push(cursor)
        const start = Number(cursor ?? 0)
        return Promise.resolve({ items: from.slice(start, start + 5), next: start + 5 < from.length ? String(start + 5) : null })
      }
    }
  }

  it('is read as far back as it is wanted', async () => {
    const { page, asked } = pages(all)
    const journal = await readJournal(page, 12, undefined, 10)
    expect(journal.alarms.map((alarm) => alarm.receivedAt)).to.deep.equal([25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12])
    expect([journal.complete, asked.length]).to.deep.equal([true, 3])
  })

  it('says that it is not whole where there were more than it reads', async () => {
    const journal = await readJournal(pages(all).page, 0, undefined, 2)
    expect([journal.alarms.length, journal.complete]).to.deep.equal([10, false])
  })

  it('is read again only as far as it is new, with what changed in place of what was', async () => {
    const before = await readJournal(pages(all.slice(3)).page, 0, undefined, 10)
    const changed = all.map((alarm) => (alarm.id === 'a22' ? { ...alarm, state: 'closed' as const } : alarm))
    const { page, asked } = pages(changed)
    const journal = await readJournal(page, 0, before, 10)
    expect(asked).to.have.length(1)
    expect(journal.alarms.map((alarm) => alarm.id)).to.deep.equal(all.map((alarm) => alarm.id))
    expect(journal.alarms.find((alarm) => alarm.id === 'a22')?.state).to.equal('closed')
    expect(journal.complete).to.equal(true)
  })
})
