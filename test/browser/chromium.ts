import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

const SCREENS = resolve(import.meta.dirname, '../../dashboards/dist/index.html')

const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync',
  // As on a desk: no sound before somebody touched the page. Without a screen the default is another one.
  '--autoplay-policy=document-user-activation-required'
]

/** Where the machine keeps Chromium; null when it has none. `CHROMIUM` names another one. */
function executable(): string | null {
  const named = process.env['CHROMIUM']
  if (named !== undefined && named !== '') return named
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return [...folders.map((folder) => join(folder, 'chromium')), '/usr/bin/chromium'].find((path) => existsSync(path)) ?? null
}

/**
 * A real Chromium, with a profile of its own that goes with it. Without one the tests of `suite` are skipped with a word on how to get it; where CI is
 * set that fails. Throws when the screens are not built.
 */
export async function openChromium(suite: Mocha.Context): Promise<Browser> {
  const path = executable()
  if (path === null) {
    const advice = 'no Chromium was found: apt-get install chromium (or name one in CHROMIUM)'
    if (process.env['CI'] === 'true') throw new Error(advice)
    process.stderr.write(`${advice}; the tests in a browser are skipped\n`)
    return suite.skip()
  }
  if (!existsSync(SCREENS)) throw new Error('the screens are not built: npm run setup')
  return await chromium.launch({ executablePath: path, args: ARGUMENTS })
}

/** What a browser says of itself while the platform is away or before anybody has logged in; anything else on the console is a fault. */
const EXPECTED = [/net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/, /WebSocket connection to .* failed/, /status of 401 .*\/api\/v1\/session/]

export interface Tab {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors on the console and uncaught exceptions that nobody expects: breaches of the content security policy among them. */
  readonly faults: readonly string[]
  readonly close: () => Promise<void>
}

/** A page of its own, in the words of a user in Lanzhou unless told otherwise. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`
    if (message.type() === 'error' && !EXPECTED.some((expected) => expected.test(text))) faults.push(text)
  })
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  return { context, page, faults, close: () => context.close() }
}

/** Logs in as a person does. */
export async function logIn(page: Page, url: string, password: string, path = '/'): Promise<void> {
  await page.goto(url + path)
  await page.getByTestId('login-user').fill('admin')
  await page.getByTestId('login-password').fill(password)
  await page.getByTestId('login-submit').click()
  await page.getByTestId('link-state').filter({ hasText: /实时|Live/ }).waitFor()
}
