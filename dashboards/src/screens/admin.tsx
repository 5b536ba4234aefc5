import { Suspense, lazy } from 'react'
import type { ComponentType } from 'react'
import { NavLink, Navigate, useParams } from 'react-router'
import type { Permission } from '../../../protocol/http/permissions.ts'
import { Empty, Loading } from '../parts/states.tsx'
import { useMay } from '../shell/login-state.ts'
import { useText } from '../shell/preferences.tsx'
import '../style/admin.css'

interface Section {
  readonly name: 'enrol' | 'import' | 'places' | 'tokens' | 'users' | 'rules' | 'flows' | 'health' | 'quarantine'
  readonly permission: Permission
  readonly Part: ComponentType
}

/** One more section is a line here, its file, and its texts. */
const SECTIONS: readonly Section[] = [
  { name: 'health', permission: 'investigate', Part: lazy(async () => ({ default: (await import('./admin-health.tsx')).Health })) },
  { name: 'quarantine', permission: 'investigate', Part: lazy(async () => ({ default: (await import('./admin-quarantine.tsx')).Quarantine })) },
  { name: 'rules', permission: 'read', Part: lazy(async () => ({ default: (await import('./admin-rules.tsx')).Rules })) },
  { name: 'flows', permission: 'administer', Part: lazy(async () => ({ default: (await import('./admin-flows.tsx')).FlowsOf })) },
  { name: 'enrol', permission: 'administer', Part: lazy(async () => ({ default: (await import('./admin-enrol.tsx')).Enrol })) },
  { name: 'import', permission: 'administer', Part: lazy(async () => ({ default: (await import('./admin-import.tsx')).Import })) },
  { name: 'places', permission: 'administer', Part: lazy(async () => ({ default: (await import('./admin-places.tsx')).PlacesOf })) },
  { name: 'tokens', permission: 'administer', Part: lazy(async () => ({ default: (await import('./admin-tokens.tsx')).Tokens })) },
  { name: 'users', permission: 'administer', Part: lazy(async () => ({ default: (await import('./admin-users.tsx')).Users })) }
]

/** On a phone the sections are one line that scrolls. */
const intoView = (link: HTMLAnchorElement | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'center' })

/** What keeps the platform going: who and what is enrolled, how it stands, what it refused. */
export function Admin() {
  const t = useText()
  const mayI = useMay()
  const { section: name } = useParams()
  const mine = SECTIONS.filter(({ permission }) => mayI(permission))
  const section = SECTIONS.find((each) => each.name === name)
  if (name === undefined && mine[0]) return <Navigate to={`/admin/${mine[0].name}`} replace />
  return (
    <div className="admin">
      <h1>{t('admin.title')}</h1>
      <nav className="admin-nav" aria-label={t('admin.sections')}>
        {mine.map((each) => <NavLink key={each.name} ref={each.name === name ? intoView : null} to={`/admin/${each.name}`}>{t(`admin.${each.name}`)}</NavLink>)}
      </nav>
      <section className="admin-body" aria-label={section && t(`admin.${section.name}`)}>
        {!section && <Empty title={t('load.no-page')} />}
        {section && (mayI(section.permission)
          ? <Suspense fallback={<Loading />}><h2>{t(`admin.${section.name}`)}</h2><section.Part /></Suspense>
          : <Empty title={t('admin.forbidden')} />)}
      </section>
    </div>
  )
}
