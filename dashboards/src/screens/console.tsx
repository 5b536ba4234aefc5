import { Button, Segmented, Switch } from 'antd'
import { useCallback } from 'react'
import { useSearchParams } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import { useText } from '../shell/preferences.tsx'
import { CompoundFilter, SeverityFilter, matches, useFilter } from './console-filter.tsx'
import { AlarmHistory } from './console-history.tsx'
import { OpenAlarms } from './console-open.tsx'

export function Console() {
  const t = useText()
  const [search, setSearch] = useSearchParams()
  const tab = search.get('tab') === 'history' ? 'history' : 'open'
  const filter = useFilter(search)
  const change = useCallback((name: string, value: string | null) => setSearch((before) => {
    const next = new URLSearchParams(before)
    if (value === null || value === '') next.delete(name)
    else next.set(name, value)
    return next
  }, { replace: true }), [setSearch])
  const setText = useCallback((text: string) => change('q', text.trim() === '' ? null : text), [change])
  const wanted = useCallback((alarm: Alarm) => matches(filter, alarm), [filter])
  const clear = () => setSearch(tab === 'history' ? { tab } : {}, { replace: true })
  const isNarrow = filter.severities.length > 0 || filter.compound !== null || filter.waitingOnly

  return (
    <div className="console">
      <div className="console-head">
        <h1>{t('alarms.title')}</h1>
        <Segmented
          aria-label={t('alarms.title')} value={tab} onChange={(value) => change('tab', value === 'history' ? 'history' : null)}
          options={[{ value: 'open', label: t('alarms.tab-open') }, { value: 'history', label: t('alarms.tab-history') }]}
        />
        <div className="console-filter" role="group">
          <SeverityFilter chosen={filter.severities} single={tab === 'history'} onChange={(severities) => change('severity', severities.join(','))} />
          <CompoundFilter chosen={filter.compound} onChange={(compound) => change('compound', compound)} />
          {tab === 'open' && (
            <label className="switch"><Switch size="small" checked={filter.waitingOnly} onChange={(on) => change('waiting', on ? '1' : null)} />{t('alarms.filter-waiting')}</label>
          )}
          {isNarrow && <Button type="text" onClick={clear}>{t('alarms.filter-clear')}</Button>}
        </div>
      </div>
      {tab === 'open'
        ? <OpenAlarms key={search.toString()} wanted={wanted} isNarrow={isNarrow} />
        : <AlarmHistory filter={filter} text={search.get('q') ?? ''} onText={setText} />}
    </div>
  )
}
