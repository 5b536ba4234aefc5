import { Radio } from 'antd'
import { useEffect, useRef } from 'react'
import { CAUSES } from '../../../protocol/alarm.ts'
import type { Cause } from '../../../protocol/alarm.ts'
import { useText } from '../shell/preferences.tsx'

interface Props {
  readonly value: Cause | null
  readonly allowed: readonly Cause[]
  readonly onChange: (cause: Cause | null) => void
}

/** What it was. Causes that cannot be chosen now are there, greyed, so that each keeps its place. */
export function Causes({ value, allowed, onChange }: Props) {
  const t = useText()
  const group = useRef<HTMLDivElement>(null)
  // Not `autoFocus`: where nothing moves, the dialog's own first focus comes later and takes it away.
  useEffect(() => {
    const frame = requestAnimationFrame(() => group.current?.querySelector<HTMLInputElement>('input:enabled')?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  return (
    <Radio.Group ref={group} className="close-causes" value={value} onChange={(event) => onChange(CAUSES.find((known) => known === event.target.value) ?? null)}>
      {CAUSES.map((each) => (
        <Radio key={each} value={each} disabled={!allowed.includes(each)} data-testid={`close-cause-${each}`}>{t(`cause.${each}`)}</Radio>
      ))}
    </Radio.Group>
  )
}
