/**
 * Pictures of every screen in both languages, both themes, on a phone, at a desk and on a wall, for a person to look at; nothing is held against
 * pixels. Not part of the tests: it runs where `GALLERY` names a folder, against the platform at `GALLERY_URL` (with whatever is to be seen on
 * it) as `admin` with `GALLERY_PASSWORD`. `GALLERY_ONLY` keeps the pictures whose names hold all of its words: `device zh-dark phone`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

const FOLDER = process.env['GALLERY'] ?? ''
const URL = process.env['GALLERY_URL'] ?? 'http://127.0.0.1:3000'
const PASSWORD = process.env['GALLERY_PASSWORD'] ?? ''
const ONLY = (process.env['GALLERY_ONLY'] ?? '').split(' ').filter((word) => word !== '')

/** A phone is worked with a finger, for which buttons are taller. */
const SIZES: Readonly<Record<string, BrowserContextOptions>> = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desk: { viewport: { width: 1440, height: 900 } },
  wall: { viewport: { width: 2560, height: 1440 } }
}
const LOOKS = [['zh', 'light'], ['zh', 'dark'], ['en', 'light'], ['en', 'dark']] as const
const SCREENS: Readonly<Record<string, string>> = {
  'login': '/login',
  'overview': '/',
  'overview-map': '/?view=map',
  'console': '/alarms',
  'console-none': '/alarms?compound=c50&severity=critical',
  'history': '/alarms?tab=history',
  'compound': '/compounds/c07',
  'compound-trouble': '/compounds/c07?trouble=1',
  'door': '/devices/c07-door-01',
  'smoke': '/devices/c07-smoke-0001',
  'camera': '/devices/c07-camera-001',
  'gateway': '/devices/c07-gateway-01',
  'no-device': '/devices/c07-door-999',
  'no-page': '/nowhere',
  ...Object.fromEntries(['health', 'quarantine', 'rules', 'enrol', 'import', 'places', 'tokens', 'users', 'flows'].map((name) => [`admin-${name}`, `/admin/${name}`]))
}

/** Words on screen that are not in its language: Chinese on an English one, where it is no name of a place. */
const ASTRAY = `[...document.querySelectorAll('body *')].flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === 3 && /\\p{Script=Han}/u.test(node.data)).map((node) => node.data.trim()))`

if (FOLDER !== '') {
  describe('the gallery', function () {
    this.timeout(120_000)
    let browser: Browser
    const astray = new Set<string>()

    before(async function () {
      mkdirSync(FOLDER, { recursive: true })
      browser = await openChromium(this)
    })
    after(async () => {
      writeFileSync(join(FOLDER, 'chinese-in-english.txt'), [...astray].sort().join('\n'))
      await browser?.close()
    })

    for (const [size, options] of Object.entries(SIZES)) {
      describe(size, () => {
        let tab: Tab

        before(async () => {
          tab = await openTab(browser, { reducedMotion: 'reduce', ...options })
          await logIn(tab.page, URL, PASSWORD)
        })
        after(() => tab?.close())

        for (const [language, theme] of LOOKS) {
          for (const [screen, address] of Object.entries(SCREENS)) {
            const name = `${screen}-${language}-${theme}-${size}`
            if (ONLY.length > 0 && !ONLY.every((word) => name.includes(word))) continue
            it(name, async () => {
              // Who is logged in never sees the login page.
              const shown = screen === 'login' ? await openTab(browser, { reducedMotion: 'reduce', ...options }) : tab
              const { page } = shown
              const before = shown.faults.length
              if (shown !== tab) await page.goto(URL)
              await page.evaluate(`localStorage.setItem('gatehouse.language', '${language}'); localStorage.setItem('gatehouse.theme', '${theme}')`)
              await page.goto(URL + address)
              await page.locator('h1, h2, .state').first().waitFor()
              await page.locator('.state-loading, .link-connecting').first().waitFor({ state: 'detached' })
              await page.screenshot({ path: join(FOLDER, `${name}.png`) })
              await page.screenshot({ path: join(FOLDER, `${name}-whole.png`), fullPage: true })
              if (language === 'en') for (const text of await page.evaluate(ASTRAY) as string[]) astray.add(text)
              expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 'px wider than the screen').to.be.at.most(0)
              expect(shown.faults.slice(before).filter((fault) => !fault.includes('(Not Found)'))).to.deep.equal([])
              if (shown !== tab) await shown.close()
            })
          }
        }
      })
    }
  })
}
