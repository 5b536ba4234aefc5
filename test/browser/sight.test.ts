import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { MqttClient } from 'mqtt'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, report } from '../support/device.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

describe('what is seen of compounds and devices in a browser', function () {
  this.timeout(180_000)
  let platform: Platform
  let browser: Browser
  let tab: Tab
  let page: Page
  let gateway: MqttClient
  let smoke: string

  before(async function () {
    browser = await openChromium(this)
    platform = await new Platform().start()
    const api = await ApiClient.admin(platform)
    const devices = await enrolSmallCompound(api)
    smoke = devices.smoke1.id
    gateway = await connectDevice(platform, devices.gateway)
    await gateway.publishAsync(`v1/c07/smoke/${smoke}/telemetry`, report({ temperature: 'hot', obscuration: 0.1 }), { qos: 1 })
    await gateway.publishAsync(`v1/c07/smoke/${smoke}/event`, report({ type: 'alarm' }), { qos: 1 })
    tab = await openTab(browser)
    page = tab.page
    await logIn(page, platform.url, PASSWORD)
  })
  after(async () => {
    await gateway?.endAsync(true)
    await browser?.close()
    await platform?.stop()
  })

  it('finds a device, a compound and an alarm with the keyboard alone, from everywhere', async () => {
    const find = async (text: string): Promise<void> => {
      await page.keyboard.press('/')
      await page.keyboard.type(text)
      await page.getByTestId('search-hit').filter({ hasText: text }).first().waitFor()
      await page.keyboard.press('Enter')
    }
    await find(smoke)
    await page.waitForURL(`**/devices/${smoke}`)
    await find('c07')
    await page.waitForURL('**/compounds/c07')
    await find('a1')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
  })

  it('shows the compound in trouble on the map, which says that it is schematic and leads there', async () => {
    await page.goto(`${platform.url}/?view=map`)
    const mark = page.getByTestId('map-c07')
    await mark.and(page.locator('[data-worst=critical]')).waitFor()
    expect(await page.getByTestId('map').innerText()).to.include('示意图')
    await mark.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/compounds/c07')
    await page.locator(`[data-device=${smoke}][data-condition=critical]`).waitFor()
  })

  it('shows at the device what was refused of it, by field and reason', async () => {
    await page.goto(`${platform.url}/devices/${smoke}`)
    await page.locator('.refused tbody tr').filter({ hasText: 'temperature' }).filter({ hasText: 'wrong-type' }).waitFor()
    expect(tab.faults).to.deep.equal([])
  })
})
