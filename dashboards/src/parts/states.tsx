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
  const missing = status === 404 && notFound !== undefined
  const title = missing ? notFound : status === 0 ? t('load.unreachable') : status === 403 ? t('load.forbidden') : t('load.failed')
  return (
    <div className="state state-failed" role="alert">
      <p className="state-title">{title}</p>
      {!missing && status !== 0 && <p className="state-detail">{error.message}</p>}
      {!missing && retry && <Button onClick={retry}>{t('load.retry')}</Button>}
      {missing && <Link to="/">{t('nav.overview')}</Link>}
    </div>
  )
}
