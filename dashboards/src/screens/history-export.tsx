import { Button } from 'antd'
import { useState } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import type { Query } from '../api/client.ts'
import { platformNow } from '../api/client.ts'
import { saveFile } from '../csv/save.ts'
import { csvText } from '../csv/write.ts'
import { failed } from '../parts/deed.ts'
import { notify } from '../shell/notices.tsx'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces, useTime } from '../shell/site.tsx'
import { useDayWords } from './history-day.ts'
import { finds, historyRows } from './history-search.ts'

/** Most alarms in one file: more no spreadsheet likes to open, and the browser has to hold them all. */
const LONGEST = 50_000

/** Reads all pages and hands them over as a file. */
export function ExportHistory({ wanted, text }: { readonly wanted: Query; readonly text: string }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const time = useTime()
  const day = useDayWords()
  const [read, setRead] = useState<number | null>(null)

  const collect = async (): Promise<{ alarms: readonly Alarm[]; isAll: boolean }> => {
    const alarms: Alarm[] = []
    let cursor: string | undefined
    do {
      const page = await api.alarms({ ...wanted, limit: 1000, cursor }, new AbortController().signal)
      alarms.push(...page.items.filter((alarm) => finds(text, alarm, places, day)))
      setRead(alarms.length)
      cursor = page.next ?? undefined
    } while (cursor && alarms.length < LONGEST)
    return { alarms: alarms.slice(0, LONGEST), isAll: !cursor }
  }
  const save = async () => {
    setRead(0)
    try {
      const { alarms, isAll } = await collect()
      const now = platformNow()
      const rows = historyRows(alarms, places, {
        head: [
          t('device.id'), t('severity.label'), t('nav.alarms'), t('alarms.rule'), t('alarms.filter-compound'), t('alarms.place'), t('alarms.device'),
          t('alarms.raised'), t('state.cleared'), t('alarms.closed-at'), t('alarms.cause'), t('alarms.occurrence-count')
        ],
        severity: (alarm) => t(`severity.${alarm.severity}`),
        message: (alarm) => alarm.message[language],
        cause: (alarm) => (alarm.cause ? t(`cause.${alarm.cause}`) : t('alarms.self-closed')),
        // With the year, whatever year it is read in.
        moment: (at) => time.moment(at, 0)
      })
      saveFile(`alarms-${time.moment(now, 0).replaceAll(/\D+/g, '-')}.csv`, csvText(rows))
      notify('done', isAll ? t('alarms.exported', { count: alarms.length }) : t('alarms.export-short', { count: alarms.length }))
    } catch (error) {
      notify('failed', failed(t, error))
    } finally {
      setRead(null)
    }
  }
  return (
    <Button onClick={() => void save()} loading={read !== null} data-testid="history-export">
      {read === null ? t('alarms.export') : t('alarms.exporting', { count: read })}
    </Button>
  )
}
