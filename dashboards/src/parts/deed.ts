import { useCallback } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { ApiError } from '../api/client.ts'
import type { TextKey } from '../i18n/zh.ts'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'

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
      const detail = error instanceof ApiError && error.status === 0 ? t('load.unreachable') : error instanceof Error ? error.message : String(error)
      notify('failed', conflict ? t('alarms.not-allowed') : t('alarms.failed', { detail }))
      return false
    }
  }, [t])
}
