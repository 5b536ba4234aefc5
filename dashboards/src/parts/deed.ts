import { useCallback } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { ApiError } from '../api/client.ts'
import type { Translate } from '../i18n/text.ts'
import type { TextKey } from '../i18n/zh.ts'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'

/** Why a call did not work, in plain words as far as we have them. */
export function failureWords(t: Translate, error: unknown): string {
  if (error instanceof ApiError && error.status === 0) return t('load.unreachable')
  return error instanceof Error ? error.message : String(error)
}

/** Runs a deed and says how it went. True when it is done. */
export function useDeed(): (deed: () => Promise<Alarm>, done: TextKey) => Promise<boolean> {
  const t = useText()
  return useCallback(async (deed, done) => {
    try {
      await deed()
      notify('done', t(done))
      return true
    } catch (error) {
      const conflict = error instanceof ApiError && error.status === 409
      notify('failed', conflict ? t('alarms.not-allowed') : t('alarms.failed', { detail: failureWords(t, error) }))
      return false
    }
  }, [t])
}
