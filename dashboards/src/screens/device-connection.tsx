import type { Alarm } from '../../../protocol/alarm.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import { outagesOf } from '../live/outages.ts'
import { Age, Moment } from '../parts/age.tsx'
import { useText } from '../shell/preferences.tsx'
import { ageText } from '../time/age.ts'

const SHOWN = 20

/** Since when it is heard, and when it was not: what the platform has on record of it, and what it has not. */
export function DeviceConnection({ device, alarms }: { readonly device: DeviceView; readonly alarms: readonly Alarm[] }) {
  const t = useText()
  const outages = outagesOf(alarms).slice(0, SHOWN)
  const [before, after] = t(device.online ? 'device.connection-now' : 'device.connection-off', { age: '\u0000' }).split('\u0000')
  return (
    <section className="connection" aria-labelledby="connection-title">
      <h2 id="connection-title">{t('device.connection')}</h2>
      <p className="connection-now" data-online={device.online}>
        {device.lastSeenAt === null ? t('device.connection-never') : <>{before}<Age at={device.lastSeenAt} />{after}</>}
      </p>
      {outages.length === 0
        ? <p className="connection-none">{t('device.connection-none')}</p>
        : (
            <ol className="outages">
              {outages.map(({ alarm, from, to, behindOther }) => (
                <li key={alarm}>
                  <span><small>{t('device.connection-lost')}</small> <Moment at={from} /></span>
                  <span>{to === null ? <b>{t('device.connection-still')}</b> : <><small>{t('device.connection-back')}</small> <Moment at={to} /></>}</span>
                  <b>{to === null ? <Age at={from} /> : ageText(t, to - from)}</b>
                  {behindOther && <small>{t('device.connection-suppressed')}</small>}
                </li>
              ))}
            </ol>
          )}
      <p className="connection-note">{t('device.connection-note')}</p>
    </section>
  )
}
