import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import type { Alarm } from '../../protocol/alarm.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, report } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

/** More than a flood begins with. */
const DOORS = 12

describe('the alarm console in a browser', function () {
  this.timeout(180_000)
  let platform: Platform
  let browser: Browser
  let tab: Tab
  let page: Page
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  let gateway: MqttClient
  const doors: { id: string; client: MqttClient }[] = []
  const open = async (): Promise<Alarm[]> => (await api.get<{ items: Alarm[] }>('/api/v1/alarms?state=open')).items
  const force = (door: { id: string; client: MqttClient }): Promise<unknown> =>
    door.client.publishAsync(`v1/c07/door/${door.id}/event`, report({ type: 'forced' }), { qos: 1 })

  before(async function () {
    browser = await openChromium(this)
    platform = await new Platform().start()
    api = await ApiClient.admin(platform)
    devices = await enrolSmallCompound(api)
    for (let n = 1; n <= DOORS; n += 1) {
      const id = `c07-gate-${n}`
      const { token } = await api.post<{ token: string }>('/api/v1/devices', { id, kind: 'door', compound: 'c07', gateway: null, location: { building: 'b01', floor: n }, model: null })
      doors.push({ id, client: await connectDevice(platform, { id, token }) })
    }
    gateway = await connectDevice(platform, devices.gateway)
    tab = await openTab(browser, { reducedMotion: 'reduce' })
    page = tab.page
    await logIn(page, platform.url, PASSWORD, '/alarms')
  })
  after(async () => {
    await Promise.all([gateway, ...doors.map(({ client }) => client)].map((client) => client?.endAsync(true)))
    await browser?.close()
    await platform?.stop()
  })

  it('moves nothing under a hand: what is more urgent waits above the list until it is asked for', async () => {
    await force(doors[0]!)
    const first = page.locator('.alarm').first()
    await first.waitFor()
    await first.hover()
    const before = await first.boundingBox()
    await gateway.publishAsync(`v1/c07/smoke/${devices.smoke1.id}/event`, report({ type: 'alarm' }), { qos: 1 })
    const news = page.getByRole('button', { name: /有 1 条新报警/ })
    await news.waitFor()
    expect(await first.getAttribute('data-severity')).to.equal('high')
    expect(await first.boundingBox()).to.deep.equal(before)
    await news.click()
    await page.locator('.alarm[data-severity=critical]').waitFor()
    expect(await page.locator('.alarm').first().getAttribute('data-severity')).to.equal('critical')
  })

  it('says when more comes than one person can take in', async () => {
    expect(await page.getByTestId('flood').count()).to.equal(0)
    await Promise.all(doors.map(force))
    await page.getByTestId('flood').filter({ hasText: `${DOORS + 1} 条新报警` }).waitFor()
  })

  it('acknowledges what was chosen, and tells of each what became of it', async () => {
    await page.mouse.move(0, 0)
    // What came under the hand shows once the hand is gone; only what shows is chosen.
    await page.locator('.alarm').nth(DOORS).waitFor()
    await page.getByTestId('choose-all').check()
    await page.getByText(`已选 ${DOORS + 1} 条`).waitFor()
    await page.getByTestId('bulk-acknowledge').click()
    // Somebody else is quicker with one of them.
    const [taken] = await open()
    await api.post(`/api/v1/alarms/${taken!.id}/acknowledge`, { note: null })
    await page.getByTestId('bulk-submit').click()
    await page.getByText(`${DOORS} 条成功`).waitFor()
    await page.getByText('1 条未成功').waitFor()
    expect(await page.getByTestId(`bulk-${taken!.id}`).innerText()).to.include('可能别人已经处理')
    await page.getByTestId('bulk-leave').click()
    expect((await open()).filter(({ acknowledged }) => !acknowledged)).to.deep.equal([])
  })

  it('closes several with one cause', async () => {
    await page.getByTestId('choose-all').check()
    await page.getByTestId('bulk-close').click()
    await page.getByTestId('bulk-submit').click()
    await page.getByText('请选择原因').waitFor()
    await page.getByTestId('close-cause-drill').click()
    await page.getByTestId('bulk-submit').click()
    await page.getByText(`${DOORS + 1} 条成功`).waitFor()
    await page.getByTestId('bulk-leave').click()
    // The pointer still rests on the list: rows keep their place until it leaves.
    await page.mouse.move(0, 0)
    await page.getByText('没有未关闭的报警').waitFor()
  })

  it('notes what was seen, and shelves with a reason and an end', async () => {
    const door = { id: devices.door.id, client: await connectDevice(platform, devices.door) }
    doors.push(door)
    await force(door)
    await page.locator('.alarm').first().getByRole('button', { name: /^详\s*情$/ }).click()
    await page.getByLabel('新备注').fill('门锁被撬')
    await page.getByTestId('note-add').click()
    await page.locator('.step').filter({ hasText: '门锁被撬' }).waitFor()
    await page.locator('summary').filter({ hasText: '暂缓' }).click()
    await page.getByTestId('shelve-submit').click()
    await page.getByText('请填写原因').waitFor()
    await page.getByLabel('暂缓原因').fill('等修锁')
    await page.getByText('30 分钟', { exact: true }).click()
    await page.getByTestId('shelve-submit').click()
    await page.getByTestId('shelve-end').waitFor()
    const [alarm] = await open()
    expect(alarm!.shelvedUntil! - Date.now()).to.be.within(29 * 60_000, 31 * 60_000)
    await page.getByTestId('shelve-end').click()
    await eventually('the end of the shelving', async () => (await open())[0]?.shelvedUntil === null)
    await page.keyboard.press('Escape')
  })

  it('keeps the keyboard in its row after a deed, and gives it back after a dialog', async () => {
    const [alarm] = await open()
    const focused = (id: string) => eventually(`the keyboard on ${id}`, async () => await page.evaluate('document.activeElement?.dataset.testid') === id)
    const button = page.getByTestId(`acknowledge-${alarm!.id}`)
    expect(await button.evaluate((node) => document.getElementById(node.getAttribute('aria-describedby') ?? '')?.textContent), 'which alarm it is for').to.contain(alarm!.device)
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByTestId(`acknowledge-${alarm!.id}`).waitFor({ state: 'detached' })
    await focused(`timeline-${alarm!.id}`)
    await page.keyboard.press('Enter')
    await page.locator('.ant-drawer .step').first().waitFor()
    await page.keyboard.press('Escape')
    await focused(`timeline-${alarm!.id}`)
    await page.getByTestId(`close-${alarm!.id}`).focus()
    await page.keyboard.press('Enter')
    await eventually('the keyboard on a cause', async () => String(await page.evaluate('document.activeElement?.dataset.testid')).startsWith('close-cause-'))
    await page.keyboard.press('Escape')
    await focused(`close-${alarm!.id}`)
  })

  it('keeps its filters and its search in the address', async () => {
    await page.getByRole('button', { name: '紧急' }).click()
    await page.getByText(/没有符合筛选条件的报警/).waitFor()
    expect(new URL(page.url()).searchParams.get('severity')).to.equal('critical')
    await page.goto(`${platform.url}/alarms?tab=history&q=gate-12`)
    await page.locator('tbody tr').first().waitFor()
    await eventually('one row', async () => await page.locator('tbody tr').count() === 1)
    expect(await page.getByTestId('history-find').inputValue()).to.equal('gate-12')
  })

  it('exports the history that is looked at', async () => {
    await page.goto(`${platform.url}/alarms?tab=history`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('history-export').click()])
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
    expect(lines).to.have.length(1 + DOORS + 1)
    expect(lines[0]).to.equal('\uFEFF编号,级别,报警,规则,小区,位置,设备,发生,已消除,关闭,原因,次数')
    expect(lines.join('\n')).to.include('演练')
  })

  it('shows in the details who has it, and can do there what the row can: found by its number from anywhere', async () => {
    await gateway.publishAsync(`v1/c07/smoke/${devices.smoke2.id}/event`, report({ type: 'alarm' }), { qos: 1 })
    const alarm = await eventually('the alarm', async () => (await open()).find(({ device }) => device === devices.smoke2.id))
    await page.getByRole('link', { name: '总览' }).click()
    await page.getByTestId('search').fill(alarm.id)
    await page.getByTestId('search-hit').filter({ hasText: alarm.id }).click()
    const details = page.getByRole('dialog')
    await details.getByText(alarm.id, { exact: true }).waitFor()
    await details.getByText('待确认').waitFor()
    await details.getByTestId('timeline-acknowledge').click()
    await details.locator('.facts').filter({ hasText: '谁在处理' }).filter({ hasText: 'admin' }).waitFor()
    await details.getByTestId('timeline-close').click()
    await page.getByTestId('close-cause-drill').click()
    await page.getByTestId('close-submit').click()
    await page.getByText('这是怎么回事？').waitFor({ state: 'hidden' })
    expect((await open()).map(({ id }) => id)).not.to.include(alarm.id)
  })

  it('left no error on the console', () => {
    // A refusal that was meant shows there too: browsers report every answer that is no success.
    expect(tab.faults.filter((fault) => !/status of 409 .*\/acknowledge$/.test(fault))).to.deep.equal([])
  })
})
