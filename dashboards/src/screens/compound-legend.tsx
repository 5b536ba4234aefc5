import { SEVERITIES } from '../../../protocol/names.ts'
import { SeverityTag } from '../parts/severity.tsx'
import { useText } from '../shell/preferences.tsx'

/** What the cells mean. */
export function Legend() {
  const t = useText()
  return (
    <p className="legend" aria-label={t('compound.legend')}>
      {SEVERITIES.map((severity) => <SeverityTag key={severity} severity={severity} />)}
      {(['trouble', 'offline', 'never-seen', 'normal'] as const).map((condition) => (
        <span key={condition} className="severity"><i className="cell" data-condition={condition} aria-hidden />{t(`state.${condition}`)}</span>
      ))}
    </p>
  )
}
