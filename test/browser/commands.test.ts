import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { MqttClient } from 'mqtt'
import type { IssuedCommand } from '../../protocol/command.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, inbox } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

describe('commands in a browser', function () {
  this.timeout(180_000)
  let platform: Platform
  let api: ApiClient
  let browser: Browser
  let tab: Tab
  let page: Page
  let door: MqttClient
  let doorId: string
  let received: ReturnType<typeof inbox>

  before(async function () {
    browser = await openChromium(this)
    platform = await new Platform().start()
    api = await ApiClient.admin(platform)
    const devices = await enrolSmallCompound(api)
    doorId = devices.door.id
    door = await connectDevice(platform, devices.door)
    received = inbox(door)
    await door.subscribeAsync(`v1/c07/door/${doorId}/command`, { qos: 1 })
    tab = await openTab(browser, { reducedMotion: 'reduce' })
    page = tab.page
    await logIn(page, platform.url, PASSWORD)
  })
  after(async () => {
    await door?.endAsync(true)
    await browser?.close()
    await platform?.stop()
  })

  const came = (name: string): Promise<string> => eventually(`"${name}" at the door`, () => received.find(({ body }) => body['name'] === name)?.body['id'] as string | undefined)
  const answer = (id: string, state: string, message = ''): Promise<unknown> => door.publishAsync(`v1/c07/door/${doorId}/command/${id}/result`, JSON.stringify({ state, message }), { qos: 1 })
  const state = (id: string, text: string): Promise<void> => page.getByTestId(`command-${id}`).locator('.command-state').filter({ hasText: text }).waitFor()

  it('ask who opens which door before it is opened, and do nothing where that is left', async () => {
    await page.goto(`${platform.url}/devices/${doorId}`)
    await page.getByTestId('command-unlock').click()
    const dialog = page.getByRole('dialog')
    const text = await dialog.innerText()
    for (const part of ['开锁', '测试小区', '1号楼', doorId, 'admin']) expect(text).to.include(part)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect((await api.get<{ items: IssuedCommand[] }>(`/api/v1/devices/${doorId}/commands`)).items).to.deep.equal([])
  })

  it('show how far they are while the device answers, without reloading', async () => {
    await page.getByTestId('command-unlock').click()
    await page.getByTestId('command-submit').click()
    const id = await came('unlock')
    await state(id, '已发送')
    await answer(id, 'accepted')
    await state(id, '设备已接收')
    await answer(id, 'done', 'opened for 5 s')
    await state(id, '完成')
    expect(await page.getByTestId(`command-${id}`).innerText()).to.include('opened for 5 s').and.to.include('admin 下发')
  })

  it('say that a door is held released, and take it back for its building', async () => {
    await page.getByTestId('command-release').click()
    await page.getByTestId('command-submit').click()
    const id = await came('release')
    await answer(id, 'done')
    await page.getByTestId(`command-${id}`).filter({ hasText: '保持中' }).waitFor()
    await page.goto(`${platform.url}/compounds/c07`)
    await page.getByTestId('restore').click()
    await page.getByRole('dialog').filter({ hasText: '1号楼' }).waitFor()
    await page.getByTestId('restore-submit').click()
    await answer(await came('restore'), 'done')
    await page.getByText('已向 1 道门下发恢复').waitFor()
    await page.getByTestId('restore').click()
    await page.getByTestId('restore-submit').click()
    await page.getByText('这栋楼没有被释放的门').waitFor()
  })

  it('take arguments, and name what is wrong with them', async () => {
    await page.goto(`${platform.url}/devices/c07-camera-001`)
    await page.getByTestId('command-announce').click()
    await page.getByTestId('command-submit').click()
    await page.getByText('应为 1 到 200 个字符').waitFor()
    await page.locator('#argument-text').fill('请让开消防通道')
    await page.getByTestId('command-submit').click()
    await page.locator('.command-args').filter({ hasText: '请让开消防通道' }).waitFor()
    await page.getByText('设备离线').first().waitFor()
  })

  it('are for those who may give them: a guard sees what was given', async () => {
    await page.route('**/api/v1/session', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...await answer.json() as object, role: 'guard' } })
    })
    await page.goto(`${platform.url}/devices/${doorId}`)
    await page.locator('.command-list li').first().waitFor()
    expect(await page.getByTestId('command-unlock').count()).to.equal(0)
    await page.getByText('您的角色不能下发命令').waitFor()
    await page.goto(`${platform.url}/compounds/c07`)
    await page.locator('.tiles-door').waitFor()
    expect(await page.getByTestId('restore').count()).to.equal(0)
    // The browser says so of every answer that is not 2xx; here it is the one that says that nothing is held.
    expect(tab.faults.filter((fault) => !fault.includes('409 (Conflict)'))).to.deep.equal([])
  })
})
