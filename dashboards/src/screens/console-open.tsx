import { Button } from 'antd'
import { useState } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { selectAlarms, selectEpoch, useLive } from '../live/use-live.ts'
import { AlarmRow } from '../parts/alarm-row.tsx'
import { useHold, useSteadyAlarms } from '../parts/hold.ts'
import { Empty, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'

/** Rows drawn at first and with each "more": a flood of a thousand must not slow the ten that matter, which are on top. */
const PORTION = 100

/** What is open, most urgent first. While a hand is on the list nothing in it moves; what is new is announced above it. */
export function OpenAlarms({ wanted, isNarrow }: { readonly wanted: (alarm: Alarm) => boolean; readonly isNarrow: boolean }) {
  const t = useText()
  const open = useLive(selectAlarms)
  const isKnown = useLive(selectEpoch) > 0
  const { held, handlers } = useHold()
  const { rows, waiting, showAll, count } = useSteadyAlarms(open, wanted, held)
  const [limit, setLimit] = useState(PORTION)

  return (
    <section aria-label={t('alarms.tab-open')}>
      <div className="order-line" aria-live="polite">
        {waiting.length > 0
          ? <button type="button" className="order-new" onClick={showAll}>{t('alarms.new', { count: waiting.length })} <b>{t('alarms.show-new')}</b></button>
          : <span>{t(held && rows.length > 0 ? 'alarms.held' : 'alarms.order')}</span>}
        <span className="order-count">{t('alarms.count', { count })}</span>
      </div>
      {!isKnown && <Loading text={t('line.loading')} />}
      {isKnown && rows.length === 0 && (isNarrow && open.size > 0
        ? <Empty title={t('alarms.none-filtered', { count: open.size })} />
        : <Empty title={t('alarms.none')} hint={t('alarms.none-hint')} />)}
      <ol className="alarms" {...handlers}>
        {rows.slice(0, limit).map(({ alarm, gone }) => <AlarmRow key={alarm.id} alarm={alarm} gone={gone} />)}
      </ol>
      {rows.length > limit && <p className="more"><Button onClick={() => setLimit(limit + PORTION)}>{t('alarms.more')} ({rows.length - limit})</Button></p>}
    </section>
  )
}
