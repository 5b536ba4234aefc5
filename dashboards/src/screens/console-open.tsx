import { Button } from 'antd'
import { useCallback, useState } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { selectAlarms, selectEpoch, useLive } from '../live/use-live.ts'
import { AlarmRow } from '../parts/alarm-row.tsx'
import { useHold, useSteadyAlarms } from '../parts/hold.ts'
import { NoAlarms } from '../parts/no-alarms.tsx'
import { Empty, Loading } from '../parts/states.tsx'
import { useMay } from '../shell/login-state.ts'
import { useText } from '../shell/preferences.tsx'
import { OrderLine } from './console-order-line.tsx'

/** Rows drawn at first and with each "more": a flood of a thousand must not slow the ten that matter, which are on top. */
const PORTION = 100

/** What is open, most urgent first. While a hand is on the list nothing in it moves; what is new is announced above it. */
export function OpenAlarms({ wanted, isNarrow }: { readonly wanted: (alarm: Alarm) => boolean; readonly isNarrow: boolean }) {
  const t = useText()
  const mayI = useMay()
  const open = useLive(selectAlarms)
  const isKnown = useLive(selectEpoch) > 0
  const { held, handlers } = useHold()
  const { rows, waiting, showAll, count } = useSteadyAlarms(open, wanted, held)
  const [limit, setLimit] = useState(PORTION)
  const [chosenIds, setChosen] = useState<ReadonlySet<string>>(new Set())
  const choose = useCallback((id: string, on: boolean) => setChosen((before) => {
    const next = new Set(before)
    if (on) next.add(id)
    else next.delete(id)
    return next
  }), [])
  const drawn = rows.slice(0, limit)
  const shown = drawn.filter(({ gone }) => !gone).map(({ alarm }) => alarm)
  const mayRespond = mayI('respond')

  return (
    <section aria-label={t('alarms.tab-open')}>
      <OrderLine
        held={held} count={count} shown={shown} chosen={shown.filter(({ id }) => chosenIds.has(id))}
        choose={mayRespond ? (ids) => setChosen(new Set(ids)) : null} arrived={waiting.length} showArrived={showAll}
      />
      {!isKnown && <Loading text={t('line.loading')} />}
      {isKnown && rows.length === 0 && (isNarrow && open.size > 0
        ? <Empty title={t('alarms.none-filtered', { count: open.size })} />
        : <NoAlarms title={t('alarms.none')} hint={t('alarms.none-hint')} />)}
      <ol className="alarms" {...handlers}>
        {drawn.map(({ alarm, gone }) => (
          <AlarmRow key={alarm.id} alarm={alarm} gone={gone} chosen={chosenIds.has(alarm.id)} {...(mayRespond ? { onChoose: choose } : {})} />
        ))}
      </ol>
      {rows.length > limit && <p className="more"><Button onClick={() => setLimit(limit + PORTION)}>{t('alarms.more')} ({rows.length - limit})</Button></p>}
    </section>
  )
}
