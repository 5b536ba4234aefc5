import { memo } from 'react'
import { Link } from 'react-router'
import type { CompoundView } from '../../../protocol/http/places.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import { worstOpen } from '../live/order.ts'
import { CompoundName } from '../parts/compound-name.tsx'
import { SeverityCount } from '../parts/severity.tsx'
import { useText } from '../shell/preferences.tsx'

interface Props {
  readonly id: string
  readonly name: string
  readonly district: string
  readonly devices: CompoundView['devices']
  readonly alarms: CompoundView['alarms']
}

/** One compound at a glance: what is open, and how much of it we can hear. Drawn again only when its own numbers change. */
export const CompoundCard = memo(function CompoundCard({ id, name, district, devices, alarms }: Props) {
  const t = useText()
  const worst = worstOpen(alarms)
  const offline = devices.total - devices.online
  return (
    <li className="card" data-worst={worst ?? 'none'} data-testid={`compound-${id}`}>
      <Link to={`/compounds/${id}`}>
        <span className="card-name"><CompoundName name={name} /></span>
        <span className="card-district">{district}</span>
        {worst && (
          <span className="card-alarms">
            {SEVERITIES.filter((severity) => alarms[severity] > 0).map((severity) => <SeverityCount key={severity} severity={severity} count={alarms[severity]} />)}
          </span>
        )}
        <span className="card-devices">
          <span className="num">{devices.online}<span className="card-total">/{devices.total}{offline === 0 && ` ${t('overview.online-all')}`}</span></span>
          {offline > 0 && <span className="meter" aria-hidden><i style={{ width: `${(devices.online / devices.total) * 100}%` }} /></span>}
          {offline > 0 && <span className="card-offline">{t('overview.offline-count', { count: offline })}</span>}
          {!worst && <span className="heard-only">{t('overview.calm')}</span>}
        </span>
      </Link>
    </li>
  )
}, (a, b) => a.name === b.name && a.district === b.district && a.devices.total === b.devices.total && a.devices.online === b.devices.online
  && SEVERITIES.every((severity) => a.alarms[severity] === b.alarms[severity]))
