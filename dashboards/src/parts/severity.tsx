import type { Severity } from '../../../protocol/names.ts'
import { useText } from '../shell/preferences.tsx'

/** A shape of its own for each severity, in a box of 24 by 24, so that nobody has to tell them by colour. */
export const SEVERITY_SHAPES: Readonly<Record<Severity, string>> = {
  critical: 'M7 1h10l6 6v10l-6 6H7l-6-6V7z',
  high: 'M12 1.5 23.5 22H.5z',
  medium: 'M12 .8 23.2 12 12 23.2.8 12z',
  low: 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20z'
}

/** The sign of a severity. `label`: false where the word stands beside it anyway. */
export function SeverityMark({ severity, label = true }: { readonly severity: Severity; readonly label?: boolean }) {
  const t = useText()
  const name = t(`severity.${severity}`)
  return (
    <svg className={`mark mark-${severity}`} viewBox="0 0 24 24" {...(label ? { 'role': 'img', 'aria-label': name } : { 'aria-hidden': true })}>
      <path className="mark-body" d={SEVERITY_SHAPES[severity]} />
      {severity === 'critical' && <path className="mark-sign" d="M10.4 5h3.2l-.6 8.6h-2zM10.4 16h3.2v3.2h-3.2z" />}
      {severity === 'high' && <path className="mark-sign" d="M10.8 8.6h2.4l-.4 6.4h-1.6zM10.8 16.8h2.4v2.4h-2.4z" />}
      {severity === 'medium' && <path className="mark-sign" d="M7.5 10.9h9v2.2h-9z" />}
      {severity === 'low' && <path className="mark-sign" d="M11 10.4h2v7h-2zM11 6.6h2v2.2h-2z" />}
    </svg>
  )
}

/** Sign and word. */
export function SeverityTag({ severity }: { readonly severity: Severity }) {
  const t = useText()
  return (
    <span className={`severity severity-${severity}`}>
      <SeverityMark severity={severity} label={false} />
      <span>{t(`severity.${severity}`)}</span>
    </span>
  )
}

/** Sign and number, for counts; the word is there for those who hear the page. */
export function SeverityCount({ severity, count }: { readonly severity: Severity; readonly count: number }) {
  return (
    <span className={`severity-count severity-${severity}`}>
      <SeverityMark severity={severity} />
      <b>{count}</b>
    </span>
  )
}
