import { ConfigProvider, theme } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { useByFinger, useMedia, useOnWall, usePreferences } from './preferences.tsx'

const FONTS = 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'

/** The neutrals of `style/base.css` again, for antd. Colour is kept for alarms: what can be clicked is ink, not blue. */
const LIGHT = { primary: '#22303a', onPrimary: '#ffffff', panel: '#fbfbfa', base: '#eceeed', ink: '#151b1f', line: '#c9cfd1', quiet: '#5d6a71', error: '#b50f31' }
const DARK = { primary: '#d5dde2', onPrimary: '#10161a', panel: '#151b20', base: '#0d1114', ink: '#e6ebee', line: '#323d45', quiet: '#8796a0', error: '#ff7386' }

/** antd in our colours, language and sizes: larger on a wall, taller under a finger. */
export function Look({ children }: { readonly children: ReactNode }) {
  const { language, dark } = usePreferences()
  const onWall = useOnWall()
  const byFinger = useByFinger()
  const isStill = useMedia('(prefers-reduced-motion: reduce)')
  const config = useMemo(() => {
    const colour = dark ? DARK : LIGHT
    return {
      algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
      token: {
        colorPrimary: colour.primary, colorInfo: colour.primary, colorLink: colour.ink, colorTextBase: colour.ink,
        colorBgBase: colour.base, colorBgContainer: colour.panel, colorBgElevated: colour.panel, colorBorder: colour.line, colorBorderDisabled: colour.line,
        colorError: colour.error, colorTextPlaceholder: colour.quiet, colorTextDescription: colour.quiet, colorTextLightSolid: colour.onPrimary,
        borderRadius: 3, fontFamily: FONTS, fontSize: onWall ? 18 : 14, controlHeight: byFinger ? 44 : onWall ? 42 : 32,
        controlHeightSM: byFinger ? 44 : onWall ? 36 : 26, wireframe: false, motion: !isStill, motionDurationMid: '0.12s', motionDurationSlow: '0.16s'
      },
      components: {
        Button: {
          colorPrimary: colour.primary, colorPrimaryHover: dark ? '#ffffff' : '#3a4a56', colorPrimaryActive: colour.primary, primaryColor: colour.onPrimary, primaryShadow: 'none', defaultShadow: 'none', fontWeight: 500
        },
        Segmented: { itemSelectedBg: colour.primary, itemSelectedColor: colour.onPrimary, trackBg: 'transparent', trackPadding: 0 }
      }
    }
  }, [dark, onWall, byFinger, isStill])
  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={config} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      {children}
    </ConfigProvider>
  )
}
