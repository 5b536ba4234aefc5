import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Alarm } from '../../protocol/alarm.ts'
import type { Me } from '../../protocol/http/access.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, report } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

describe('the screens in a browser, while something happens', function () {
  this.timeout(180_000)
  let platform: Platform
  let environment: Record<string, string>
  let browser: Browser
  let tab: Tab
  let page: Page
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  const open: MqttClient[] = []

  const say = async (kind: 'smoke' | 'door', event: object): Promise<void> => {
    const [speaker, about] = kind === 'smoke' ? [devices.gateway, devices.smoke1] : [devices.door, devices.door]
    const client = await connectDevice(platform, speaker)
    open.push(client)
    await client.publishAsync(`v1/c07/${kind}/${about.id}/event`, report(event), { qos: 1 })
  }
  const row = (rule: string): Promise<Locator> => eventually(`an open ${rule}`, async () => {
    const { items } = await api.get<{ items: Alarm[] }>(`/api/v1/alarms?state=open&rule=${rule}`)
    return items[0] && page.getByTestId(`alarm-${items[0].id}`)
  })
  const isSamePage = async (): Promise<boolean> => (await page.evaluate('globalThis.stillTheSamePage')) === true

  before(async function () {
    browser = await openChromium(this)
    // The same ports after a restart, as in real life.
    const [http, mqtt] = await freePorts(2)
    environment = { HTTP_PORT: String(http), MQTT_PORT: String(mqtt), RULE_SMOKE_ALARM_QUIET: '1' }
    platform = await new Platform(environment).start()
    api = await ApiClient.admin(platform)
    devices = await enrolSmallCompound(api)
    tab = await openTab(browser)
    page = tab.page
  })
  after(async () => {
    await Promise.all(open.map((client) => client.endAsync(true)))
    await browser?.close()
    await platform?.stop()
  })

  it('lets nobody in without a password, and shows the overview after the log-in', async () => {
    await page.goto(`${platform.url}/alarms`)
    await page.getByTestId('login-user').fill('admin')
    await page.getByTestId('login-password').fill('wrong password')
    await page.getByTestId('login-submit').click()
    await page.getByText('用户名或密码不对').waitFor()
    await logIn(page, platform.url, PASSWORD)
    await page.getByText('测试小区').first().waitFor()
    await page.getByText('目前没有未处理的报警').first().waitFor()
    await page.evaluate('globalThis.stillTheSamePage = true')
  })

  it('shows a fire without reloading, sounds, and says so in the line that stands on every screen', async () => {
    await say('smoke', { type: 'alarm' })
    const alarm = await row('smoke.alarm')
    await alarm.waitFor()
    expect(await alarm.getAttribute('data-severity')).to.equal('critical')
    expect(await alarm.innerText()).to.include('101 室').and.to.include('待确认')
    await page.getByText('1 条紧急报警待确认').first().waitFor()
    await page.getByRole('button', { name: '静音 5 分钟' }).waitFor()
    expect(await page.title()).to.include('紧急')
    expect(await isSamePage()).to.equal(true)
  })

  it('falls silent when the alarm is acknowledged', async () => {
    const alarm = await row('smoke.alarm')
    await alarm.getByRole('button', { name: /^确\s*认$/ }).click()
    await page.getByRole('button', { name: '静音 5 分钟' }).waitFor({ state: 'detached' })
    await page.getByText('1 条紧急报警处理中，均已确认').waitFor()
  })

  it('follows the alarm to its end: cleared, closed with what it was, and the timeline says who did it', async () => {
    await page.getByRole('link', { name: /^报警/ }).click()
    const alarm = await row('smoke.alarm')
    await alarm.getByText('已确认').waitFor()
    await say('smoke', { type: 'alarm-cleared' })
    await alarm.getByText('需人工复位').waitFor()
    await alarm.getByRole('button', { name: /^关\s*闭$/ }).click()
    await page.getByTestId('close-submit').click()
    await page.getByText('请选择原因').waitFor()
    await page.getByTestId('close-cause-cooking').click()
    await page.getByLabel('备注（可不填）').fill('锅烧干了')
    await page.getByTestId('close-submit').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('目前没有未处理的报警').first().waitFor()
    await page.getByText('历史', { exact: true }).click()
    await page.getByRole('cell', { name: '炊事油烟' }).waitFor()
    await page.getByRole('button', { name: /^详\s*情$/ }).click()
    const timeline = page.getByRole('dialog')
    const steps = timeline.locator('.step')
    await steps.filter({ hasText: '锅烧干了' }).waitFor()
    const told = (await steps.allInnerTexts()).join('\n')
    expect(told).to.match(/发生[^]*系统/).and.to.match(/已确认\s*admin/).and.to.match(/已关闭\s*admin/)
    await page.keyboard.press('Escape')
    await timeline.waitFor({ state: 'detached' })
    expect(await isSamePage()).to.equal(true)
  })

  it('speaks the other language after one click, and keeps to it', async () => {
    await page.getByTestId('lang-toggle').click()
    await page.getByText('No unhandled alarms').or(page.getByRole('heading', { name: 'Alarm' })).first().waitFor()
    expect(await page.locator('html').getAttribute('lang')).to.equal('en')
    expect((await page.locator('main').innerText()).replaceAll('测试小区', '').replaceAll('1号楼', '')).not.to.match(/\p{Script=Han}/u)
    await page.getByTestId('lang-toggle').click()
    await page.getByRole('heading', { name: '报警值守台' }).waitFor()
  })

  it('says within seconds that the live link is broken, and heals without reloading, missing nothing', async () => {
    await page.getByRole('link', { name: '总览' }).click()
    await platform.kill()
    const gone = Date.now()
    await page.getByTestId('live-broken').waitFor({ timeout: 10_000 })
    expect(Date.now() - gone, 'ms until it was said').to.be.below(10_000)
    await page.locator('.waiting').getByText('不知道现在有没有报警').waitFor()
    platform = await new Platform(environment, platform.dataDir).start()
    await say('door', { type: 'forced' })
    const alarm = await row('door.forced')
    await page.getByTestId('live-broken').waitFor({ state: 'detached' })
    await alarm.waitFor()
    expect(await alarm.getAttribute('data-severity')).to.equal('high')
    await page.getByText('1 条报警待确认').first().waitFor()
    expect(await isSamePage()).to.equal(true)
  })

  it('shows a viewer what happens, and no button that a viewer may not press', async () => {
    const wall = await openTab(browser, { storageState: await tab.context.storageState() })
    try {
      await wall.page.route('**/api/v1/session', async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, json: { ...(await answer.json() as Me), role: 'viewer' } })
      })
      await wall.page.goto(`${platform.url}/alarms`)
      await wall.page.locator('.alarm').first().waitFor()
      expect((await wall.page.locator('.alarm-deeds button').allInnerTexts()).map((text) => text.replaceAll(' ', ''))).to.deep.equal(['详情'])
      expect(wall.faults).to.deep.equal([])
    } finally {
      await wall.close()
    }
  })

  it('says in red that the browser keeps silent until somebody touches the page', async () => {
    const fresh = await openTab(browser, { storageState: await tab.context.storageState() })
    try {
      await fresh.page.goto(platform.url)
      // Playwright's own questions count as a touch; this one does not.
      const session = await fresh.context.newCDPSession(fresh.page)
      await eventually('the line in red', async () => {
        const { result } = await session.send('Runtime.evaluate', { expression: 'document.querySelector(".sound-blocked")?.textContent' })
        return String(result.value).includes('紧急报警不会响铃')
      })
      await fresh.page.getByRole('button', { name: '开启声音' }).click()
      await fresh.page.getByText('紧急报警不会响铃').waitFor({ state: 'detached' })
    } finally {
      await fresh.close()
    }
  })

  it('does not move what is pressed before it is let go, though that line goes with the first touch', async () => {
    const fresh = await openTab(browser, { storageState: await tab.context.storageState() })
    try {
      await fresh.page.goto(`${platform.url}/alarms`)
      // Again by nothing that counts as a touch.
      const session = await fresh.context.newCDPSession(fresh.page)
      const ask = async (expression: string): Promise<unknown> => (await session.send('Runtime.evaluate', { expression, returnByValue: true })).result.value
      const place = (): Promise<unknown> => ask(`(() => {
        const box = document.querySelector('.sound-blocked') && document.querySelector('[data-testid^=timeline-]')?.getBoundingClientRect()
        return box ? JSON.stringify({ x: box.x + box.width / 2, y: box.y + box.height / 2 }) : null
      })()`)
      const at = JSON.parse(String(await eventually('a button below the line', place))) as { x: number; y: number }
      const mouse = (type: 'mousePressed' | 'mouseReleased'): Promise<unknown> => session.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 })
      await mouse('mousePressed')
      // As long as a slow hand takes.
      await new Promise((done) => setTimeout(done, 500))
      await mouse('mouseReleased')
      await eventually('what it opens', () => ask(`document.querySelector('.ant-drawer .step') !== null`))
      await eventually('the end of the line', () => ask(`document.querySelector('.sound-blocked') === null`))
    } finally {
      await fresh.close()
    }
  })

  it('left no error on the console, nor a breach of the content security policy', () => {
    expect(tab.faults).to.deep.equal([])
  })
})

/** Ports that nobody listens on at the moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((listening) => {
    const server = createServer().listen(0, '127.0.0.1', () => listening(server))
  })))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  return ports
}
