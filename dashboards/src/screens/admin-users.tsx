import { Link } from 'react-router'
import { Empty } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'

/** Says who can log in for now, and what to use meanwhile. */
export function Users() {
  const t = useText()
  return <Empty title={t('users.later')} hint={t('users.hint')}><Link to="/admin/tokens">{t('admin.tokens')}</Link></Empty>
}
