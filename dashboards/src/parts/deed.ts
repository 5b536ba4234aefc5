import { useCallback } from 'react'
import { ApiError } from '../api/client.ts'
import { isTextKey } from '../i18n/text.ts'
import type { Translate } from '../i18n/text.ts'
import type { TextKey } from '../i18n/zh.ts'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'

/** Why a call did not work, in plain words as far as we have them. */
export function failureWords(t: Translate, error: unknown): string {
  if (error instanceof ApiError && error.status === 0) return t('load.unreachable')
  if (error instanceof ApiError) return refusalWords(t, error)
  return error instanceof Error ? error.message : String(error)
}

/** What the platform's refusal says in the language of the screen; its own English where we have no words for the code. */
export function refusalWords(t: Translate, { code, message }: { readonly code: string; readonly message: string }): string {
  const key = `failure.${code}`
  return isTextKey(key) ? t(key) : message
}

/** That a call did not work, and why. */
export function failed(t: Translate, error: unknown): string {
  return t('alarms.failed', { detail: failureWords(t, error) })
}

/** The same of a deed at an alarm, whose state may not allow it any more. */
function failedAtAlarm(t: Translate, error: unknown): string {
  return error instanceof ApiError && error.status === 409 ? t('alarms.not-allowed') : failed(t, error)
}

/** Runs a deed and says how it went. True when it is done. */
export function useDeed(words = failed): (deed: () => Promise<unknown>, done: TextKey) => Promise<boolean> {
  const t = useText()
  return useCallback(async (deed, done) => {
    try {
      await deed()
      notify('done', t(done))
      return true
    } catch (error) {
      notify('failed', words(t, error))
      return false
    }
  }, [t, words])
}

export const useAlarmDeed = (): ReturnType<typeof useDeed> => useDeed(failedAtAlarm)
