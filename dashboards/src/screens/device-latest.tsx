import type { DeviceView } from '../../../protocol/http/devices.ts'
import { KIND_DEFINITIONS, telemetryField } from '../../../protocol/kinds/index.ts'
import { saysTrouble } from '../live/condition.ts'
import { Age } from '../parts/age.tsx'
import { fieldName, unitText, valueText } from '../parts/field-value.ts'
import { Empty } from '../parts/states.tsx'
import { usePreferences } from '../shell/preferences.tsx'

interface Props {
  readonly device: DeviceView
  /** The field on the chart. */
  readonly chosen: string | null
  readonly choose: (field: string) => void
}

/** What the device said last, with the age of each value: an old number must not pass for a new one. Numbers open their chart. */
export function LatestValues({ device, chosen, choose }: Props) {
  const { t, language } = usePreferences()
  const declared = Object.keys(KIND_DEFINITIONS[device.kind].telemetry)
  const fields = [...declared.filter((field) => device.latest[field]), ...Object.keys(device.latest).filter((field) => !declared.includes(field))]
  if (fields.length === 0) return <Empty title={t('device.latest-none')} />
  return (
    <ul className="values">
      {fields.map((field) => {
        const latest = device.latest[field]
        if (!latest) return null
        const definition = telemetryField(device.kind, field)
        const unit = definition?.type === 'number' ? unitText(t, definition.unit) : ''
        const content = (
          <>
            <span className="value-name">{fieldName(t, language, field, definition)}</span>
            <b className="value-number">{valueText(t, language, field, definition, latest.value)}{unit !== '' && <small>{unit}</small>}</b>
            <span className="value-age"><Age at={latest.ts} bare={false} /></span>
          </>
        )
        return (
          <li key={field} className="value" data-field={field} data-trouble={saysTrouble(device.kind, field, latest.value)}>
            {typeof latest.value === 'number'
              ? <button type="button" aria-pressed={field === chosen} onClick={() => choose(field)}>{content}</button>
              : <div>{content}</div>}
          </li>
        )
      })}
    </ul>
  )
}
