import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { allowed } from '../live/actions.ts'
import { useFlood } from '../live/use-flood.ts'
import { BulkDialog } from '../parts/bulk-dialog.tsx'
import { useText } from '../shell/preferences.tsx'

interface Bulk {
  readonly deed: 'acknowledge' | 'close'
  readonly alarms: readonly Alarm[]
}

interface Props {
  readonly held: boolean
  /** All that the list is about, also what is not drawn yet. */
  readonly count: number
  /** Open alarms that are on screen. */
  readonly shown: readonly Alarm[]
  readonly chosen: readonly Alarm[]
  /** Null for who may not do anything with them. */
  readonly choose: ((ids: readonly string[]) => void) | null
  readonly arrived: number
  readonly showArrived: () => void
}

/** The line above the list, always of the same height: what is chosen and what can be done with it, what arrived, whether it is a flood. */
export function OrderLine({ held, count, shown, chosen, choose, arrived, showArrived }: Props) {
  const t = useText()
  // What is chosen leaves the list as it is closed; the dialog stays to tell of it.
  const [bulk, setBulk] = useState<Bulk | null>(null)
  const waiting = chosen.filter((alarm) => allowed(alarm).acknowledge)
  return (
    <div className="order-line">
      {choose && shown.length > 0 && (
        <Checkbox
          className="order-choose" checked={chosen.length > 0 && chosen.length === shown.length} indeterminate={chosen.length > 0 && chosen.length < shown.length}
          onChange={(event) => choose(event.target.checked ? shown.map(({ id }) => id) : [])} data-testid="choose-all"
        >
          {chosen.length > 0 ? t('alarms.chosen', { count: chosen.length }) : t('alarms.choose-all')}
        </Checkbox>
      )}
      {choose && chosen.length > 0 && (
        <span className="order-chosen">
          <Button type="primary" disabled={waiting.length === 0} onClick={() => setBulk({ deed: 'acknowledge', alarms: waiting })} data-testid="bulk-acknowledge">
            {t('alarms.acknowledge')}
          </Button>
          <Button onClick={() => setBulk({ deed: 'close', alarms: chosen })} data-testid="bulk-close">{t('alarms.close')}</Button>
          <Button type="text" className="order-none" onClick={() => choose([])}>{t('alarms.choose-none')}</Button>
        </span>
      )}
      {choose && bulk && (
        <BulkDialog
          {...bulk} done={() => {
            setBulk(null)
            choose([])
          }}
        />
      )}
      <span className="order-news" aria-live="polite">
        {arrived > 0
          ? <button type="button" className="order-new" onClick={showArrived}>{t('alarms.new', { count: arrived })} <b>{t('alarms.show-new')}</b></button>
          : chosen.length === 0 && <FloodOr listed={shown.length > 0} otherwise={t(held ? 'alarms.held' : 'alarms.order')} />}
      </span>
      <span className="order-count">{t('alarms.count', { count })}</span>
    </div>
  )
}

/** Where nothing is listed there is no topmost, and no order. */
function FloodOr({ listed, otherwise }: { readonly listed: boolean; readonly otherwise: string }) {
  const t = useText()
  const { flooded, arrivals } = useFlood()
  return flooded ? (
    <b className="order-flood" title={t('alarms.flood-why')} data-testid="flood">{t('alarms.flood', { count: arrivals.size })}{listed && <span className="line-long">{t('alarms.flood-do')}</span>}</b>
  ) : listed && otherwise
}
