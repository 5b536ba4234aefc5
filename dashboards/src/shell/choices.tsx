import { Button, Dropdown } from 'antd'
import { THEMES, usePreferences } from './preferences.tsx'
import type { Theme } from './preferences.tsx'

/** The other language, named in that language: whoever cannot read this one finds it. */
export function LanguageToggle() {
  const { language, setLanguage, t } = usePreferences()
  return (
    <Button
      type="text" className="choice" data-testid="lang-toggle" aria-label={`${t('language.short')} · ${t('language.switch')}`} title={t('language.switch')}
      onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
    >
      {t('language.short')}
    </Button>
  )
}

const SIGNS: Record<Theme, string> = {
  light: 'M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM11 1h2v3h-2zM11 20h2v3h-2zM1 11h3v2H1zM20 11h3v2h-3zM4 5.4 5.4 4l2.1 2.1-1.4 1.4zM16.5 17.9l1.4-1.4L20 18.6 18.6 20zM4 18.6l2.1-2.1 1.4 1.4L5.4 20zM16.5 6.1 18.6 4 20 5.4l-2.1 2.1z',
  dark: 'M20.5 14.6A9 9 0 0 1 9.4 3.5a9 9 0 1 0 11.1 11.1z',
  system: 'M2 4h20v13H2zM4 6v9h16V6zM8 19h8v2H8z'
}

export function ThemeToggle() {
  const { theme, setTheme, t } = usePreferences()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true, selectedKeys: [theme],
        items: THEMES.map((each) => ({ key: each, label: t(`theme.${each}`) })),
        onClick: ({ key }) => setTheme(THEMES.find((each) => each === key) ?? 'system')
      }}
    >
      <Button type="text" className="choice" data-testid="theme-toggle" aria-label={`${t('theme.label')}: ${t(`theme.${theme}`)}`} title={t('theme.label')}>
        <svg viewBox="0 0 24 24" aria-hidden className="choice-sign"><path fillRule="evenodd" d={SIGNS[theme]} /></svg>
      </Button>
    </Dropdown>
  )
}
