import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import type { FormEvent } from 'react'
import { Navigate, useLocation } from 'react-router'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'
import type { Translate } from '../i18n/text.ts'
import { LanguageToggle, ThemeToggle } from '../shell/choices.tsx'
import { GateSign } from '../shell/gate-sign.tsx'
import { useText } from '../shell/preferences.tsx'
import { useSession } from '../shell/login-state.ts'
import type { LoginState } from '../shell/login-state.ts'

/** Plain words for why it did not work. */
function failureText(t: Translate, error: unknown): string {
  if (!(error instanceof ApiError)) return t('login.failed', { detail: String(error) })
  if (error.status === 0) return t('login.unreachable')
  if (error.status === 401) return t('login.wrong')
  if (error.status === 429) return t('login.slow-down', { seconds: error.retryAfter ?? 60 })
  return t('login.failed', { detail: error.message })
}

export function Login() {
  const t = useText()
  const client = useQueryClient()
  const session = useSession()
  const { from = '/', ended = false } = (useLocation().state ?? {}) as Partial<LoginState>
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  useEffect(() => {
    document.title = `${t('login.title')} · ${t('product.name')}`
  }, [t])

  if (session.data) return <Navigate to={from} replace />

  const logIn = async () => {
    if (!user || !password) {
      setFailure(t(user ? 'login.need-password' : 'login.need-user'))
      return
    }
    setBusy(true)
    setFailure(null)
    try {
      await api.logIn(user, password)
      await session.refetch()
      void client.invalidateQueries()
    } catch (error) {
      setFailure(failureText(t, error))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void logIn()
  }

  return (
    <main className="login">
      <div className="login-choices"><LanguageToggle /><ThemeToggle /></div>
      <form className="login-form" onSubmit={submit} aria-labelledby="login-title" noValidate>
        <div className="login-head">
          <GateSign />
          <div>
            <h1 id="login-title">{t('product.name')}</h1>
            <p>{t('product.what')}</p>
          </div>
        </div>
        {ended && !failure && <p className="login-note" role="status">{t('login.ended')}</p>}
        <label htmlFor="username">{t('login.user')}</label>
        <Input
          id="username" name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus size="large"
          value={user} onChange={(event) => setUser(event.target.value)} data-testid="login-user"
        />
        <label htmlFor="password">{t('login.password')}</label>
        <Input.Password
          id="password" name="password" autoComplete="current-password" size="large"
          value={password} onChange={(event) => setPassword(event.target.value)} data-testid="login-password"
        />
        <p className="login-failure" role="alert">{failure}</p>
        <Button type="primary" htmlType="submit" size="large" block loading={busy} data-testid="login-submit">
          {busy ? t('login.busy') : t('login.submit')}
        </Button>
      </form>
    </main>
  )
}
