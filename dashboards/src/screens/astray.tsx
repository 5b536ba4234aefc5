import { Button } from 'antd'
import { Link, useRouteError } from 'react-router'
import { Empty } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'

export function NoPage() {
  const t = useText()
  return <Empty title={t('load.no-page')} hint={t('load.no-page-hint')}><Link to="/">{t('load.to-overview')}</Link></Empty>
}

/** A screen that fell over. The shell around it (alarms, sound, state of the link) goes on. */
export function Crashed() {
  const t = useText()
  const error = useRouteError()
  return (
    <div className="state state-failed" role="alert">
      <p className="state-title">{t('load.crashed')}</p>
      <p className="state-detail">{error instanceof Error ? error.message : String(error)}</p>
      <Button onClick={() => location.reload()}>{t('load.reload')}</Button>
    </div>
  )
}
