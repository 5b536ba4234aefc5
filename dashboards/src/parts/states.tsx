import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { ApiError } from '../api/client.ts'
import { useText } from '../shell/preferences.tsx'

export function Loading({ text }: { readonly text?: string }) {
  const t = useText()
  return (
    <div className="state state-loading" role="status">
      <span className="state-bars" aria-hidden><i /><i /><i /></span>
      <p>{text ?? t('load.busy')}</p>
    </div>
  )
}

/** Nothing is there, and that is in order. */
export function Empty({ title, hint, children }: { readonly title: string; readonly hint?: string; readonly children?: ReactNode }) {
  return (
    <div className="state state-empty">
      <p className="state-title">{title}</p>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  )
}

/** Something could not be read: what, why, and a way to try again. */
export function Failed({ error, retry, notFound }: { readonly error: Error; readonly retry?: () => void; readonly notFound?: string }) {
  const t = useText()
  const status = error instanceof ApiError ? error.status : null
  // An address that leads nowhere is no fault of the site's: nothing red.
  if (status === 404 && notFound !== undefined) return <Empty title={notFound}><Link to="/">{t('load.to-overview')}</Link></Empty>
  const title = status === 0 ? t('load.unreachable') : status === 403 ? t('load.forbidden') : t('load.failed')
  return (
    <div className="state state-failed" role="alert">
      <p className="state-title">{title}</p>
      {status !== 0 && <p className="state-detail">{error.message}</p>}
      {retry && <Button onClick={retry}>{t('load.retry')}</Button>}
    </div>
  )
}
