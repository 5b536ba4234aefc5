import { Button, Dropdown } from 'antd'
import { NavLink } from 'react-router'
import type { Me } from '../../../protocol/http/access.ts'
import { mayDo } from '../../../protocol/http/permissions.ts'
import type { Attention } from '../live/attention.ts'
import type { Link } from '../live/state.ts'
import { SeverityMark } from '../parts/severity.tsx'
import type { Sound } from '../sound/use-siren.ts'
import { LanguageToggle, ThemeToggle } from './choices.tsx'
import { GateSign } from './gate-sign.tsx'
import { useText } from './preferences.tsx'
import { Search } from './search.tsx'
import { useLogOut } from './login-state.ts'
import { useSecond, useSite, useTime, useZone } from './site.tsx'
import { Muted } from './state-line.tsx'

interface Props {
  readonly user: Me
  readonly link: Link
  readonly attention: Attention
  readonly sound: Sound
}

export function TopBar({ user, link, attention, sound }: Props) {
  const t = useText()
  const logOut = useLogOut()
  const site = useSite()
  return (
    <header className="bar">
      <NavLink to="/" className="bar-name" end aria-label={t('product.name')}>
        <GateSign />
        <span>{t('product.name')}</span>
        {site.data && !site.data.name.includes(t('product.name')) && <small>{site.data.name}</small>}
      </NavLink>
      <nav className="bar-nav" aria-label={t('nav.label')}>
        <NavLink to="/" end>{t('nav.overview')}</NavLink>
        <NavLink to="/alarms">
          {t('nav.alarms')}
          {attention.open > 0 && <b className="bar-count">{attention.open}</b>}
          {attention.bySeverity.critical > 0 && <span className="bar-critical"><SeverityMark severity="critical" />{attention.bySeverity.critical}</span>}
        </NavLink>
      </nav>
      <Search />
      <div className="bar-right">
        <Muted sound={sound} />
        <LinkSign link={link} />
        <WallClock />
        <LanguageToggle />
        <ThemeToggle />
        <Dropdown trigger={['click']} menu={{ items: [...(mayDo(user.role, 'investigate') ? [{ key: 'admin', label: <NavLink to="/admin">{t('admin.title')}</NavLink> }] : []), { key: 'out', label: t('logout'), onClick: () => void logOut() }] }}>
          <Button type="text" className="choice bar-user" data-testid="user-menu">{user.name}</Button>
        </Dropdown>
      </div>
    </header>
  )
}

const LINK_TEXTS = { connecting: 'link.connecting', live: 'link.live', broken: 'link.broken-short', refused: 'link.ended' } as const

function LinkSign({ link }: { readonly link: Link }) {
  const t = useText()
  return <span className={`link-sign link-${link.state}`} data-testid="link-state" role="status"><i aria-hidden />{t(LINK_TEXTS[link.state])}</span>
}

/** The time at the site: a screen that stands still shows it here; with its zone for who reads it from another. */
function WallClock() {
  const time = useTime()
  const now = useSecond()
  const zone = time.foreign(now)
  return <time className="bar-clock" dateTime={new Date(now).toISOString()} title={useZone()}><small>{time.day(now)}</small>{time.time(now)}{zone !== null && <em>{zone}</em>}</time>
}
