/** What the control room costs a real Chromium while the whole pilot is live: processor, memory, traffic, first view; at rest and in a power cut. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { ApiClient } from '../test/support/api-client.ts'
import { Platform } from '../test/support/platform.ts'
import { simulate } from './pilot.ts'

const CONNECTIONS = 7300
/** How long each view is looked at, seconds. */
const LOOK = 40
/** Loading and the first drawing are the first view's, not the view's, ms. */
const SETTLE = 8000
const FIRST_VIEWS = 3
const VIEWPORT = { width: 1440, height: 900 }

type Row = Record<string, string | number>

export async function run(): Promise<Row[]> {
  const platform = await new Platform().start()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const enough = new AbortController()
  let browser: Browser | null = null
  try {
    const fleet = simulate(platform.url, folder, ['--duration', '10m', '--report', join(folder, 'fleet.json')], enough.signal)
    await Promise.race([connected(platform.url), fleet.then((code) => {
      throw new Error(`the simulator ended early, with ${code}`)
    })])
    const api = await ApiClient.admin(platform)
    browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--headless'] })
    const rows: Row[] = [await firstView(browser, api, platform.url)]
    rows.push(await watch(browser, api, platform.url, 'overview, grid', '/'))
    rows.push(await watch(browser, api, platform.url, 'overview, map', '/?view=map'))
    rows.push(await watch(browser, api, platform.url, 'compound', '/compounds/c07'))
    const cut = simulate(platform.url, folder, ['--scenario', 'power-cut', '--report', join(folder, 'cut.json')])
    rows.push(await watch(browser, api, platform.url, 'overview, all power lost and back', '/'))
    await cut
    return rows
  } finally {
    enough.abort()
    await browser?.close()
    await platform.stop()
  }
}

async function connected(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text()
    if (Number(/^gatehouse_mqtt_connections (\S+)/m.exec(text)?.[1]) >= CONNECTIONS) return
    await pause(1000)
  }
}

/** A context of a browser that has been nowhere: nothing is in its cache. */
async function fresh(browser: Browser, api: ApiClient, url: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
  const [name = '', value = ''] = api.cookie.split('=')
  await context.addCookies([{ name, value, url }])
  return context
}

/** From the address to all compounds on screen and a live link, with an empty cache. */
async function firstView(browser: Browser, api: ApiClient, url: string): Promise<Row> {
  const times: number[] = []
  let bytes = 0
  for (let n = 0; n < FIRST_VIEWS; n += 1) {
    const context = await fresh(browser, api, url)
    const page = await context.newPage()
    bytes = 0
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    const start = performance.now()
    await page.goto(url, { waitUntil: 'commit' })
    await page.locator('.link-live').waitFor()
    await page.getByTestId('compound-c50').waitFor()
    times.push(performance.now() - start)
    await context.close()
  }
  return { view: 'first view, cold cache', 'ms, best and worst': times.length > 0 ? `${Math.round(Math.min(...times))}, ${Math.round(Math.max(...times))}` : '', 'KiB': Math.round(bytes / 1024) }
}

async function watch(browser: Browser, api: ApiClient, url: string, view: string, path: string): Promise<Row> {
  const context = await fresh(browser, api, url)
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  let received = 0
  let events = 0
  cdp.on('Network.webSocketFrameReceived', ({ response }) => {
    events += 1
    received += response.payloadData.length
  })
  await cdp.send('Network.enable')
  await cdp.send('Performance.enable')
  await page.goto(url + path)
  await page.locator('.link-live').waitFor()
  await pause(SETTLE)
  const system = await browser.newBrowserCDPSession()
  const [before, started] = [await processes(system), performance.now()]
  received = 0
  events = 0
  await pause(LOOK * 1000)
  const [after, seconds] = [await processes(system), (performance.now() - started) / 1000]
  const used = (types: readonly string[]): number => after.filter(({ type }) => types.includes(type))
    .reduce((sum, { id, cpuTime }) => sum + cpuTime - (before.find((one) => one.id === id)?.cpuTime ?? 0), 0)
  const renderer = after.filter(({ type, id }) => type === 'renderer' && before.some((one) => one.id === id)).map(({ id }) => resident(id))
  const row: Row = {
    view,
    'page, % of a core': percent(used(['renderer']), seconds),
    'whole browser, % of a core': percent(used([...new Set(after.map(({ type }) => type))]), seconds),
    'page, MiB': Math.max(0, ...renderer),
    'heap, MiB': Math.round((await heap(cdp)) / 2 ** 20),
    'elements': await elements(page),
    'live events/s': Number((events / seconds).toFixed(1)),
    'live KiB/s': Number((received / 1024 / seconds).toFixed(1))
  }
  await context.close()
  return row
}

async function processes(system: CDPSession): Promise<readonly { readonly type: string; readonly id: number; readonly cpuTime: number }[]> {
  return (await system.send('SystemInfo.getProcessInfo')).processInfo
}

/** Memory of a process that is its own, with its share of what it shares, MiB (Linux). */
function resident(id: number): number {
  const [, kilobytes = '0'] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1024)
}

/** Bytes of live objects and not yet collected ones. */
async function heap(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
}

function elements(page: Page): Promise<number> {
  return page.locator('*').count()
}

const percent = (used: number, seconds: number): number => Number(((used / seconds) * 100).toFixed(1))
const pause = (millis: number): Promise<void> => new Promise((done) => void setTimeout(done, millis))
