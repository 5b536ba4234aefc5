import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { MqttClient } from 'mqtt'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, report } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

const SECTIONS = ['health', 'quarantine', 'rules', 'flows', 'enrol', 'import', 'places', 'tokens', 'users']
const SCREENS = ['/', '/alarms', '/alarms?tab=history', '/compounds/c07', '/devices/c07-smoke-0001', ...SECTIONS.map((name) => `/admin/${name}`)]
const AXE = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

/** What is wrong for people who hear the page, use the keyboard, or see little: each with where. */
async function faultsFor(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe)
  const violations = await page.evaluate('axe.run({ resultTypes: ["violations"] }).then((found) => found.violations)') as Violation[]
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`))
}

describe('every screen in a browser', function () {
  this.timeout(240_000)
  let platform: Platform
  let browser: Browser
  let tab: Tab
  let page: Page
  let axe: string
  let gateway: MqttClient

  before(async function () {
    browser = await openChromium(this)
    axe = await readFile(AXE, 'utf8')
    platform = await new Platform().start()
    const api = await ApiClient.admin(platform)
    const devices = await enrolSmallCompound(api)
    gateway = await connectDevice(platform, devices.gateway)
    await gateway.publishAsync(`v1/c07/smoke/${devices.smoke1.id}/telemetry`, report({ temperature: 'hot', obscuration: 0.1 }), { qos: 1 })
    await gateway.publishAsync(`v1/c07/smoke/${devices.smoke1.id}/event`, report({ type: 'alarm' }), { qos: 1 })
    tab = await openTab(browser, { reducedMotion: 'reduce' })
    page = tab.page
    await logIn(page, platform.url, PASSWORD)
  })
  after(async () => {
    await gateway?.endAsync(true)
    await browser?.close()
    await platform?.stop()
  })

  for (const [language, theme, width] of [['zh', 'light', 1440], ['en', 'dark', 390]] as const) {
    for (const screen of SCREENS) {
      it(`has no serious barrier: ${screen} (${language}, ${theme}, ${width} px)`, async () => {
        await page.setViewportSize({ width, height: 900 })
        await page.evaluate(`localStorage.setItem('gatehouse.language', '${language}'); localStorage.setItem('gatehouse.theme', '${theme}')`)
        await page.goto(platform.url + screen)
        await page.locator('h1, h2').first().waitFor()
        await page.locator('.state-loading').first().waitFor({ state: 'detached' })
        expect(await faultsFor(page, axe)).to.deep.equal([])
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 'px wider than the screen').to.be.at.most(0)
      })
    }
  }

  it('holds the longest names that there may be, on a phone and on a desk at 200 %, and is no wider than either', async () => {
    const api = await ApiClient.admin(platform)
    const id = `c08-${'long-'.repeat(11)}12345`
    await api.call('POST', '/api/v1/compounds', {
      id: 'c08', name: '滨河社区第三网格老旧小区综合改造示范片区（试点·虚构）', district: '兰州新区综合保税区与周边乡镇', homes: 1,
      buildings: [{ id: 'b01', name: 'A-name-without-any-space-that-cannot-be-broken-anywhere-at-all', units: 1, floors: 33 }]
    })
    expect((await api.call('POST', '/api/v1/devices', { id, kind: 'door', compound: 'c08', gateway: null, location: { building: 'b01', unit: 'u'.repeat(32), floor: 33 }, model: 'M'.repeat(60) })).status).to.equal(201)
    for (const [language, width] of [['zh', 390], ['en', 720]] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.evaluate(`localStorage.setItem('gatehouse.language', '${language}')`)
      for (const screen of ['/', '/compounds/c08', `/devices/${id}`, '/admin/places', '/alarms']) {
        await page.goto(platform.url + screen)
        await page.locator('h1, h2').first().waitFor()
        await page.locator('.state-loading').first().waitFor({ state: 'detached' })
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `px wider than the screen: ${screen}`).to.be.at.most(0)
      }
    }
    await page.goto(platform.url)
    const name = await page.getByTestId('compound-c08').locator('.card-name').boundingBox()
    expect(name?.width, 'room for the name beside a long district').to.be.above(90)
  })

  it('prints dark ink on light paper from a dark screen, with the time and nothing to click', async () => {
    await page.setViewportSize({ width: 800, height: 1100 })
    await page.evaluate(`localStorage.setItem('gatehouse.theme', 'dark')`)
    await page.goto(`${platform.url}/alarms`)
    await page.locator('.alarm').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    try {
      const lightness = (property: string) => page.evaluate(`getComputedStyle(document.body)['${property}'].match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765`)
      expect(await lightness('backgroundColor')).to.be.above(0.8)
      expect(await lightness('color')).to.be.below(0.2)
      expect(await page.locator('button:visible').count()).to.equal(0)
      expect(await page.locator('.bar-clock small').isVisible()).to.equal(true)
    } finally {
      await page.emulateMedia({ media: 'screen' })
    }
  })

  it('shows dialogs and menus to whoever wants nothing to move, and they are no barrier', async () => {
    const opaque = async (selector: string): Promise<void> => {
      await page.locator(selector).waitFor()
      await eventually(`${selector} to be seen`, async () => await page.evaluate(`getComputedStyle(document.querySelector('${selector}')).opacity`) === '1')
    }
    const inSight = (selector: string): Promise<unknown> => eventually(`${selector} to be on the screen`, async () => {
      const box = await page.locator(selector).boundingBox()
      return box !== null && box.y >= 0 && box.y + box.height <= 900
    })
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.evaluate(`localStorage.setItem('gatehouse.language', 'zh')`)
    await page.goto(`${platform.url}/alarms`)
    await page.getByTestId('user-menu').click()
    await opaque('.ant-dropdown')
    await inSight('.ant-dropdown')
    await page.keyboard.press('Escape')
    await page.locator('.compound-filter').click()
    await inSight('.ant-select-dropdown')
    await page.keyboard.press('Escape')
    await page.locator('[data-testid^=close-]').first().click()
    await opaque('.ant-modal')
    expect(await faultsFor(page, axe)).to.deep.equal([])
    await page.keyboard.press('Escape')
    await page.locator('.ant-modal').waitFor({ state: 'hidden' })
    await page.goto(`${platform.url}/devices/c07-camera-001`)
    await page.getByTestId('command-announce').click()
    await opaque('.ant-modal')
    expect(await faultsFor(page, axe)).to.deep.equal([])
  })

  it('enrols from a table after a dry run that shows every fault, and hands the tokens over once', async () => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.evaluate('localStorage.setItem("gatehouse.language", "zh")')
    await page.goto(`${platform.url}/admin/import`)
    await page.locator('#sheet-text').fill('id,kind,compound,building\nc07-new-1,door,c07,b01\nc07-door-01,door,c07,b01\nc07-new-2,toaster,c99,b01')
    await page.getByTestId('sheet-check').click()
    await page.getByText('3 处错误').waitFor()
    expect(await page.getByTestId('sheet-faults').locator('tbody tr').allInnerTexts()).to.deep.equal([
      '3\tid\t已经登记过\tc07-door-01', '4\tkind\t不是设备类型\ttoaster', '4\tcompound\t没有这个小区\tc99'
    ])
    expect(await page.getByTestId('sheet-import').count()).to.equal(0)
    await page.locator('#sheet-text').fill('id,kind,compound,building\nc07-new-1,door,c07,b01\nc07-new-2,camera,c07,b01')
    await page.getByTestId('sheet-check').click()
    await page.getByTestId('sheet-import').click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('sheet-download').click()])
    const [, first] = (await readFile(await download.path(), 'utf8')).split('\r\n')
    const [id, token] = first!.split(',')
    const device = await connectDevice(platform, { id: id!, token: token! })
    await device.endAsync()
  })

  it('makes a token, shows it once, and removes it', async () => {
    await page.goto(`${platform.url}/admin/tokens`)
    await page.locator('#token-name').fill('大屏')
    await page.getByTestId('token-submit').click()
    const token = await page.getByTestId('secret').innerText()
    expect((await new ApiClient(platform.url, token).call('GET', '/api/v1/alarms')).status).to.equal(200)
    const row = page.getByTestId('tokens').locator('tbody tr').filter({ hasText: '大屏' })
    await row.getByRole('button').click()
    await page.getByRole('dialog').getByRole('button', { name: /删\s*除/ }).click()
    await row.waitFor({ state: 'detached' })
    expect((await new ApiClient(platform.url, token).call('GET', '/api/v1/alarms')).status).to.equal(401)
  })

  it('shows a firmware developer what was refused, and why', async () => {
    await page.goto(`${platform.url}/admin/quarantine?device=c07-smoke-0001`)
    await page.getByTestId('quarantine').locator('tbody tr').filter({ hasText: 'temperature' }).first().waitFor()
    expect(tab.faults).to.deep.equal([])
  })
})
