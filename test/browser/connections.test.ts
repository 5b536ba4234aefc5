import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import type { ConnectionSpell } from '../../protocol/connection.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import type { Credentials } from '../support/device.ts'
import { connectDevice } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { logIn, openChromium, openTab } from './chromium.ts'
import type { Tab } from './chromium.ts'

describe('the connection history in a browser', function () {
  this.timeout(180_000)
  let platform: Platform
  let api: ApiClient
  let browser: Browser
  let tab: Tab
  let page: Page
  let door: Credentials

  before(async function () {
    browser = await openChromium(this)
    // The page that is open meets the platform again after a restart.
    platform = await new Platform({ HTTP_PORT: String(await freePort()) }).start()
    api = await ApiClient.admin(platform)
    door = (await enrolSmallCompound(api)).door
    tab = await openTab(browser)
    page = tab.page
    await logIn(page, platform.url, PASSWORD)
  })
  after(async () => {
    await browser?.close()
    await platform?.stop()
  })

  const connect = () => connectDevice(platform, door, { will: { topic: `v1/c07/door/${door.id}/status`, payload: Buffer.from('{"state":"offline","boot":"b"}'), qos: 1, retain: true } })
  const history = async (): Promise<readonly ConnectionSpell[]> => (await api.get<{ items: ConnectionSpell[] }>(`/api/v1/devices/${door.id}/connections`)).items
  const whys = async (): Promise<string> => (await history()).map(({ online, why }) => `${online ? '+' : '-'}${why}`).join(' ')
  const isTold = (words: string): Promise<unknown> => eventually(words, async () => (await whys()) === words || null)

  it('says of each time why it was there or not, newest first, and goes on by itself', async () => {
    await page.goto(`${platform.url}/devices/${door.id}`)
    await page.getByText('还没有连接记录').waitFor()
    const first = await connect()
    await page.locator('.spells li[data-why="connected"]').filter({ hasText: '在线' }).waitFor()
    first.stream.destroy()
    await page.locator('.spells li[data-why="lost"]').filter({ hasText: '离线' }).filter({ hasText: '连接中断' }).waitFor()
    await connect()
    const third = await connect()
    await isTold('+taken-over +connected -lost +connected')
    await page.locator('.spells li').first().filter({ hasText: '同一身份的新连接接替了旧连接' }).waitFor()
    await third.publishAsync(`v1/c07/door/${door.id}/status`, '{"state":"offline","boot":"b"}', { qos: 1 })
    await third.endAsync()
    await isTold('-closed +taken-over +connected -lost +connected')
    const [newest, before] = await history()
    expect([newest?.to, before?.to]).to.deep.equal([null, newest?.from])
    expect(await page.locator('.spells li').count()).to.be.at.least(4)
  })

  it('is not lost with the platform, and says that it was restarted', async () => {
    await connect()
    await isTold('+connected -closed +taken-over +connected -lost +connected')
    await platform.kill()
    await platform.start()
    await connect()
    await isTold('+platform-restarted +connected -closed +taken-over +connected -lost +connected')
    await page.locator('.spells li').first().filter({ hasText: '平台重新启动' }).waitFor()
    expect(tab.faults).to.deep.equal([])
  })
})
