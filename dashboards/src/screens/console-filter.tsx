import { Select } from 'antd'
import { useMemo } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Severity } from '../../../protocol/names.ts'
import { isWaiting } from '../live/attention.ts'
import { SeverityMark } from '../parts/severity.tsx'
import { useText } from '../shell/preferences.tsx'
import { useCompounds } from '../shell/site.tsx'

/** What the console is narrowed to; kept in the address, so that a link says the same to somebody else. */
export interface AlarmFilter {
  readonly severities: readonly Severity[]
  readonly compound: string | null
  readonly waitingOnly: boolean
}

/** The filter that an address says. */
export function useFilter(search: URLSearchParams): AlarmFilter {
  const [severity, compound, waiting] = [search.get('severity'), search.get('compound'), search.get('waiting')]
  return useMemo(() => ({
    severities: SEVERITIES.filter((known) => severity?.split(',').includes(known)),
    compound,
    waitingOnly: waiting === '1'
  }), [severity, compound, waiting])
}

export function matches(filter: AlarmFilter, alarm: Alarm): boolean {
  return (filter.severities.length === 0 || filter.severities.includes(alarm.severity))
    && (filter.compound === null || filter.compound === alarm.compound)
    && (!filter.waitingOnly || isWaiting(alarm))
}

interface SeverityFilterProps {
  readonly chosen: readonly Severity[]
  readonly single: boolean
  readonly onChange: (severities: readonly Severity[]) => void
}
export function SeverityFilter({ chosen, single, onChange }: SeverityFilterProps) {
  const t = useText()
  const toggle = (severity: Severity) => {
    if (chosen.includes(severity)) onChange(chosen.filter((other) => other !== severity))
    else onChange(single ? [severity] : SEVERITIES.filter((other) => other === severity || chosen.includes(other)))
  }
  return (
    <span className="severity-filter" role="group" aria-label={t('severity.label')}>
      {SEVERITIES.map((severity) => (
        <button key={severity} type="button" aria-pressed={chosen.includes(severity)} onClick={() => toggle(severity)}>
          <SeverityMark severity={severity} label={false} />{t(`severity.${severity}`)}
        </button>
      ))}
    </span>
  )
}

export function CompoundFilter({ chosen, onChange }: { readonly chosen: string | null; readonly onChange: (compound: string | null) => void }) {
  const t = useText()
  const { data } = useCompounds()
  return (
    <Select
      className="compound-filter" aria-label={t('alarms.filter-compound')} value={chosen} onChange={(value: string | undefined) => onChange(value ?? null)}
      allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('alarms.filter-all-compounds')}
      options={data?.map((compound) => ({ value: compound.id, label: compound.name })) ?? []}
    />
  )
}
