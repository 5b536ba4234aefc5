import { memo } from 'react'
import type { Kind, Severity } from '../../../protocol/names.ts'
import type { Condition } from '../live/condition.ts'
import { SeverityMark } from '../parts/severity.tsx'
import type { Translate } from '../i18n/text.ts'

/** Signs of the kinds that stand at the foot of a building, in a box of 24 by 24; detectors are the plain cells of the homes. */
const SIGNS: Readonly<Record<Exclude<Kind, 'smoke'>, string>> = {
  door: 'M5 2h14v20H5zM7 4v16h10V4zM13.5 11h2v2.4h-2z',
  camera: 'M2 7h13v10H2zM16 10.5 22 7v10l-6-3.5z',
  gateway: 'M4 13h16v7H4zM6.5 15.5v2h2v-2zM11 3h2v9h-2zM7.5 5.5h2V12h-2zM14.5 5.5h2V12h-2z'
}
const OPEN_DOOR = 'M5 2h14v20h-2V4h-6l-6 18z'

interface Props {
  readonly id: string
  readonly kind: Kind
  readonly condition: Condition
  /** All that is to be said of it. */
  readonly text: string
  /** A door that stands open, or is unlocked. */
  readonly isOpen?: boolean
  readonly isUnlocked?: boolean
  /** The one that the tab key reaches. */
  readonly enters: boolean
}

/** A device in a building. Drawn again only when something that it shows is different. */
export const Cell = memo(function Cell({ id, kind, condition, text, isOpen = false, isUnlocked = false, enters }: Props) {
  return (
    <a
      href={`/devices/${id}`} className="cell" data-device={id} data-kind={kind} data-condition={condition} title={text} aria-label={text} tabIndex={enters ? 0 : -1}
      {...(isUnlocked ? { 'data-unlocked': true } : {})}
    >
      {isSeverity(condition)
        ? <SeverityMark severity={condition} label={false} />
        : kind !== 'smoke' && <svg viewBox="0 0 24 24" aria-hidden className="cell-sign"><path fillRule="evenodd" d={isOpen ? OPEN_DOOR : SIGNS[kind]} /></svg>}
    </a>
  )
})

function isSeverity(condition: Condition): condition is Severity {
  return condition === 'critical' || condition === 'high' || condition === 'medium' || condition === 'low'
}

export function conditionText(t: Translate, condition: Condition): string {
  return isSeverity(condition) ? t(`severity.${condition}`) : t(`state.${condition}`)
}
