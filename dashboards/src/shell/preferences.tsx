import { createContext, use, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import { LANGUAGES, translator } from '../i18n/text.ts'
import type { Language, Translate } from '../i18n/text.ts'

export const THEMES = ['light', 'dark', 'system'] as const
export type Theme = (typeof THEMES)[number]

export interface Preferences {
  readonly language: Language
  readonly t: Translate
  readonly setLanguage: (language: Language) => void
  readonly theme: Theme
  readonly setTheme: (theme: Theme) => void
  /** What `theme` comes to on this computer now. */
  readonly dark: boolean
}

const Context = createContext<Preferences | null>(null)

/** Language and appearance, kept by this browser. Chinese and dark-or-light by the system until a person says otherwise. */
export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useRemembered('language', LANGUAGES, 'zh')
  const [theme, setTheme] = useRemembered('theme', THEMES, 'system')
  const systemIsDark = useMedia('(prefers-color-scheme: dark)')
  const dark = theme === 'dark' || (theme === 'system' && systemIsDark)
  const t = useMemo(() => translator(language), [language])

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  }, [dark])

  const value = useMemo(
    () => ({ language, t, setLanguage, theme, setTheme, dark }),
    [language, t, setLanguage, theme, setTheme, dark]
  )
  return <Context value={value}>{children}</Context>
}

export function usePreferences(): Preferences {
  const preferences = use(Context)
  if (!preferences) throw new Error('usePreferences is used outside PreferencesProvider')
  return preferences
}

export function useText(): Translate {
  return usePreferences().t
}

/** True while the media query holds. */
export function useMedia(query: string): boolean {
  const media = useMemo(() => matchMedia(query), [query])
  const subscribe = useCallback((listener: () => void) => {
    media.addEventListener('change', listener)
    return () => media.removeEventListener('change', listener)
  }, [media])
  return useSyncExternalStore(subscribe, () => media.matches)
}

/** A wall has room for everything at once, and is read from afar. */
export function useOnWall(): boolean {
  return useMedia('(min-width: 2200px)')
}

export function useByFinger(): boolean {
  return useMedia('(pointer: coarse)')
}

function useRemembered<T extends string>(name: string, values: readonly T[], otherwise: T): [T, (value: T) => void] {
  const key = `gatehouse.${name}`
  const [value, setValue] = useState<T>(() => values.find((known) => known === read(key)) ?? otherwise)
  const remember = useCallback((next: T) => {
    setValue(next)
    try {
      localStorage.setItem(key, next)
    } catch {
      // A browser that keeps nothing (private window, full storage) still gets its wish for this visit.
    }
  }, [key])
  return [value, remember]
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
