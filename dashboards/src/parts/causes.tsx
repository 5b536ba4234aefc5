import { Radio } from 'antd'
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
  const first = CAUSES.find((each) => allowed.includes(each))
  return (
    <Radio.Group className="close-causes" value={value} onChange={(event) => onChange(CAUSES.find((known) => known === event.target.value) ?? null)}>
      {CAUSES.map((each) => (
        <Radio key={each} value={each} autoFocus={each === first} disabled={!allowed.includes(each)} data-testid={`close-cause-${each}`}>{t(`cause.${each}`)}</Radio>
      ))}
    </Radio.Group>
  )
}
