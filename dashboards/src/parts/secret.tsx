import { Button } from 'antd'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'

/** A token that is shown once, with a way to take it along. */
export function Secret({ title, secret }: { readonly title: string; readonly secret: string }) {
  const t = useText()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      notify('done', t('admin.copied'))
    } catch {
      // Only pages on https or localhost may; the text can be selected all the same.
      notify('failed', t('admin.copy-failed'))
    }
  }
  return (
    <div className="secret" role="status">
      <p><b>{title}</b></p>
      <p className="secret-line"><code data-testid="secret">{secret}</code><Button onClick={() => void copy()}>{t('admin.copy')}</Button></p>
      <p>{t('admin.once')}</p>
    </div>
  )
}
