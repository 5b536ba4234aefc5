import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { press } from '../flows/shipped/house.ts'
import { ApiClient } from '../support/api-client.ts'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

/** With it the pictures of docs/flows.md are taken anew. */
const PICTURES = process.env['DOC_PICTURES'] === undefined ? null : join(import.meta.dirname, '../../docs/pictures')
const EXAMPLES = join(import.meta.dirname, '../../flows/nodes/examples')
/** Node-RED starts in seconds, and on a busy machine in many. */
const PATIENCE = 120_000

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === null) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}

/** What is wrong on a page, but for a tip that the editor's own code shows before there is a place for it: on a busy machine that happens. */
const ours = (faults: readonly string[]): readonly string[] => faults.filter((fault) => !/^TypeError: Cannot read properties of undefined \(reading 'html'\)\s+at \w+ \(\S+\/red\.min\.js/.test(fault))

/** Opens the editor and waits until its nodes and flows are there. */
async function openEditor(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/flows/`)
  await page.locator('.red-ui-palette-node').first().waitFor({ timeout: PATIENCE })
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden', timeout: PATIENCE })
}

describe('the editor of the flows in a browser', function () {
  this.timeout(3 * PATIENCE)
  let platform: Platform
  let browser: Browser
  const tabs: Tab[] = []

  before(async function () {
    browser = await openChromium(this)
    platform = await new Platform({ FLOWS: 'on', FLOWS_PORT: '0' }).start()
    await eventually('Node-RED', () => platform.log.some((line) => line.includes('flows are there')), PATIENCE)
  })
  after(async () => {
    await browser?.close()
    await platform?.stop()
  })
  async function tab(locale = 'zh-CN'): Promise<Tab> {
    const made = await openTab(browser, { locale, viewport: { width: 1280, height: 760 } })
    tabs.push(made)
    return made
  }

  it('opens to nobody without the log-in of the platform', async () => {
    const { page } = await tab()
    await page.goto(`${platform.url}/flows/`)
    await page.getByTestId('login-user').waitFor()
    expect(new URL(page.url()).pathname).to.equal('/login')
    expect(await page.locator('.red-ui-palette-node').count()).to.equal(0)
    for (const path of ['settings', 'flows', 'nodes', 'red/red.min.js', 'vendor/vendor.js']) {
      expect((await page.request.get(`${platform.url}/flows/${path}`, { maxRedirects: 0 })).status(), path).to.equal(401)
    }
  })

  for (const [language, locale] of [['zh', 'zh-CN'], ['en', 'en-US']] as const) {
    it(`opens from the screen that says how flows stand (${language}), without a second log-in, and shows what is shipped`, async () => {
      const { page, faults } = await tab(locale)
      await page.addInitScript(`localStorage.setItem('gatehouse.language', '${language}')`)
      await logIn(page, platform.url, PASSWORD, '/admin/flows')
      await page.getByTestId('flows-open').waitFor()
      await page.getByTestId('flow-versions').waitFor()
      await page.getByTestId('flow-shipped').waitFor()
      await picture(page, `flows-screen-${language}`)
      const [editor] = await Promise.all([page.context().waitForEvent('page'), page.getByTestId('flows-open').click()])
      await editor.locator('.red-ui-palette-node').first().waitFor({ timeout: PATIENCE })
      await editor.close()

      await openEditor(page, platform.url)
      const types = await page.locator('.red-ui-palette-node').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-palette-type') ?? ''))
      expect(types).to.include.members(['inject', 'function', 'gatehouse-alarm-in', 'gatehouse-device-command'])
      const tabNames = await page.locator('#red-ui-workspace-tabs .red-ui-tab-label').allInnerTexts()
      expect(tabNames.length).to.be.greaterThan(3)
      await picture(page, `flows-editor-${language}`)
      expect(ours(faults)).to.deep.equal([])
    })
  }

  for (const [language, locale, folder, isNew, imports] of [['zh', 'zh-CN', '中文', '新流程', '导入'], ['en', 'en-US', 'English', 'new flow', 'Import']] as const) {
    it(`has an example of each node in its import menu (${language}), which work once they are deployed`, async () => {
      const { page } = await tab(locale)
      await logIn(page, platform.url, PASSWORD)
      await openEditor(page, platform.url)
      const tree = page.locator('#red-ui-clipboard-dialog-import-tab-examples')
      const names = readdirSync(join(EXAMPLES, folder)).map((name) => name.replace('.json', ''))
      expect(names.length).to.be.greaterThan(6)
      for (const name of names) {
        await page.evaluate('RED.actions.invoke("core:show-examples-import-dialog")')
        for (const step of ['gatehouse-nodes', folder]) await tree.getByText(step, { exact: true }).click()
        // A click is lost while the folder is still opening.
        await eventually(`${name} is chosen`, async () => {
          await tree.getByText(name, { exact: true }).click()
          return await page.locator('#red-ui-clipboard-dialog-ok').isEnabled()
        }, PATIENCE)
        await page.locator('.ui-dialog:visible .button-group a').filter({ hasText: isNew }).click()
        await page.locator('.ui-dialog-buttonset button:visible').filter({ hasText: imports }).last().click()
        // No question what to do with what is there: it comes at once.
        await page.locator('#red-ui-workspace-tabs .red-ui-tab-label').filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) }).waitFor()
        await page.locator('.ui-widget-overlay').waitFor({ state: 'detached' })
      }
      const wrong = await page.evaluate('(() => { const wrong = []; RED.nodes.eachNode((node) => { if (!node.valid) wrong.push(node.id) }); return wrong })()')
      expect(wrong, 'nodes that are marked as not right').to.deep.equal([])
      const deployed = page.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/flows/flows')
      await page.locator('#red-ui-header-button-deploy').click()
      expect((await deployed).status()).to.be.below(300)
      const status = (id: string): Promise<string> => page.evaluate(`(({ fill, text } = {}) => fill + ' ' + text)(RED.nodes.node('${id}')?.status)`)
      for (const node of ['alarm-in', 'alarm-answer', 'reading-in', 'event-in']) {
        await eventually(node, async () => (await status(`ghx-${node}-${language}-a`)).startsWith('green'), PATIENCE)
      }
      await eventually('time of day', async () => (await status(`ghx-time-of-day-${language}-a`)).includes('18:00'), PATIENCE)
      // The buttons of the others; the device of the example is none of this platform, and that is said.
      const api = await ApiClient.admin(platform)
      await press(api, `ghx-compound-state-${language}-i`)
      await eventually('compound state', async () => await status(`ghx-compound-state-${language}-a`) === 'green * 0', PATIENCE)
      await press(api, `ghx-device-command-${language}-i`)
      await eventually('device command', async () => (await status(`ghx-device-command-${language}-a`)).startsWith('red'), PATIENCE)
    })
  }

  it('deploys, and the version says who did', async () => {
    const { page, faults } = await tab()
    await logIn(page, platform.url, PASSWORD)
    await openEditor(page, platform.url)
    await page.evaluate('RED.actions.invoke("core:add-flow")')
    const deployed = page.waitForResponse((response) => response.request().method() === 'POST' && new URL(response.url()).pathname === '/flows/flows')
    await page.locator('#red-ui-header-button-deploy').click()
    expect((await deployed).status()).to.be.below(300)
    const api = await ApiClient.admin(platform)
    const { items: [version] } = await api.get<{ items: { user: string; cause: string; counts: object }[] }>('/api/v1/flows/versions')
    expect(version).to.deep.include({ user: 'admin', cause: 'deploy' })
    // The editor writes the shipped tabs back as they were: untouched, they follow an upgrade.
    expect(version?.counts).to.deep.include({ added: 1, changed: 0, removed: 0 })
    const { items: shipped } = await api.get<{ items: { id: string; state: string }[] }>('/api/v1/flows/shipped')
    expect(shipped.filter(({ state }) => state !== 'same')).to.deep.equal([])
    expect(ours(faults)).to.deep.equal([])
  })

  it('takes a version back, imports a file, resets a shipped flow and restarts, each asked about first', async () => {
    const { page, faults } = await tab()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await logIn(page, platform.url, PASSWORD, '/admin/flows')
    const versions = page.getByTestId('flow-versions').locator('tbody tr')
    const newest = async (why: string): Promise<void> => { await versions.first().getByText(why).waitFor({ timeout: PATIENCE }) }
    const agree = (): Promise<void> => page.locator('.ant-modal-container .ant-btn-primary:visible').click()
    await newest('部署')

    await versions.nth(1).getByRole('button', { name: '恢复' }).click()
    await page.locator('.ant-modal-container .ant-btn-default:visible').click()
    expect(await versions.first().innerText(), 'nothing without a yes').to.include('部署')
    await versions.nth(1).getByRole('button', { name: '恢复' }).click()
    await agree()
    await newest('恢复')

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('flows-export').click()])
    const flows = JSON.parse(readFileSync(await file.path(), 'utf8')) as { id: string; type: string; label?: string; disabled?: boolean }[]
    const first = flows.find(({ type }) => type === 'tab')
    if (!first) throw new Error('no flow in the exported file')
    first.disabled = true
    await page.getByTestId('flows-import').setInputFiles({ name: 'flows.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(flows)) })
    await page.getByTestId('flows-import-do').click()
    await agree()
    await newest('导入')

    const shipped = page.getByTestId('flow-shipped').locator('tbody tr').filter({ hasText: first.label ?? first.id })
    await shipped.getByRole('button', { name: '还原' }).click()
    await agree()
    await newest('还原')
    await shipped.getByRole('button', { name: '还原' }).waitFor({ state: 'detached', timeout: PATIENCE })

    expect(ours(faults)).to.deep.equal([])
    const starts = platform.log.filter((line) => line.includes('flows are there')).length
    await page.getByTestId('flows-restart').click()
    await agree()
    await eventually('Node-RED anew', () => platform.log.filter((line) => line.includes('flows are there')).length > starts, PATIENCE)
  })

  it('lets go of who has logged out elsewhere', async () => {
    const { page, context } = await tab()
    await logIn(page, platform.url, PASSWORD)
    await openEditor(page, platform.url)
    const socket = page.waitForEvent('websocket', { predicate: (one) => one.url().endsWith('/flows/comms') })
    await page.reload()
    const ended = (await socket).waitForEvent('close', { timeout: PATIENCE })
    await page.locator('.red-ui-palette-node').first().waitFor({ timeout: PATIENCE })
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${platform.url}/api/v1/session`, { method: 'DELETE', headers: { cookie, origin: platform.url } })
    expect(answer.status).to.equal(204)
    await ended
    await page.goto(`${platform.url}/flows/`)
    await page.getByTestId('login-user').waitFor()
  })
})
