import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseTopic } from '../../protocol/topics.ts'
import type { TinyBroker } from './support/broker.ts'
import { simulate } from './support/simulate.ts'
import type { Ended } from './support/simulate.ts'
import type { TinySite } from './support/site.ts'
import { openStage } from './support/stage.ts'

describe('The command of the simulator', () => {
  let site: TinySite
  let broker: TinyBroker
  let folder: string
  let common: string[]
  let close: () => Promise<void>

  beforeEach(async () => {
    ({ site, broker, folder, common, close } = await openStage())
  })
  afterEach(() => close())

  /** Ends with 2 and these words in a line or two, without a stack, and nothing has been asked of the platform. */
  const refuses = (ended: Ended, words: string): void => {
    expect(ended.code, ended.out).to.equal(2)
    expect(ended.out).to.contain(words).and.not.match(/^ +at /m)
    expect(ended.out.trim().split('\n').length, ended.out).to.be.at.most(2)
    expect(site.asked.filter((one) => !one.startsWith('GET '))).to.deep.equal([])
  }

  it('says what is wrong with an option in a line, and asks the platform nothing', async () => {
    refuses(await simulate([...common, '--rate', '0']), '--rate must be a number from 0.01 to 100, was "0"')
    expect(site.asked).to.deep.equal([])
  })

  it('refuses a report that cannot be written before anything happens', async () => {
    refuses(await simulate([...common, '--report', folder]), `--report ${folder} cannot be written`)
    await writeFile(join(folder, 'file'), '')
    refuses(await simulate([...common, '--report', join(folder, 'file', 'report.json')]), 'cannot be written')
    expect(site.asked).to.deep.equal([])
  })

  it('says so when there is no room for the report in the end', async function () {
    if (process.platform !== 'linux') this.skip()
    const { code, out } = await simulate([...common, '--duration', '100ms', '--report', '/dev/full'])
    expect(code, out).to.equal(2)
    expect(out).to.contain('good: ').and.contain('--report /dev/full cannot be written: ENOSPC').and.not.match(/^ +at /m)
  })

  it('leaves no empty report behind when it cannot begin, and an earlier one as it was', async () => {
    const report = join(folder, 'reports', 'report.json')
    refuses(await simulate([...common, '--token', 'wrong', '--report', report]), 'not-logged-in')
    expect(await readdir(join(folder, 'reports'))).to.deep.equal([])
    await writeFile(report, 'earlier')
    refuses(await simulate([...common, '--token', 'wrong', '--report', report]), 'not-logged-in')
    expect(await readFile(report, 'utf8')).to.equal('earlier')
  })

  it('refuses a place for tokens before it enrols anybody whose token would be lost', async () => {
    await writeFile(join(folder, 'file'), 'no tokens')
    refuses(await simulate([...common, '--tokens', join(folder, 'file', 'tokens.json')]), '--tokens FILE')
    refuses(await simulate([...common, '--tokens', join(folder, 'file')]), '--tokens FILE')
    await mkdir(join(folder, 'folder'))
    refuses(await simulate([...common, '--tokens', join(folder, 'folder')]), '--tokens FILE')
  })

  it('refuses a recording that is none, or that cannot be read', async () => {
    const recording = join(folder, 'recording.csv')
    await writeFile(recording, Buffer.from([0, 1, 0xff, 0x0a, 0xfe]))
    refuses(await simulate([...common, '--replay', recording]), 'no column "Time"')
    refuses(await simulate([...common, '--replay', folder]), `--replay ${folder} cannot be read`)
  })

  it('knows a platform from another web server', async () => {
    const other = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>welcome</html>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    try {
      refuses(await simulate([...common, '--url', url]), `what answers at ${url} is no Gatehouse platform`)
    } finally {
      other.closeAllConnections()
      await new Promise((resolve) => other.close(resolve))
    }
  })

  it('can be read as far as somebody wants to: the help by `head`, without a complaint', async function () {
    if (process.platform === 'win32') this.skip()
    expect(await unread(['--help'])).to.deep.equal({ code: 0, complaint: '' })
  })

  it('does not end as if all were well when nobody reads along any more', async function () {
    if (process.platform === 'win32') this.skip()
    expect(await unread([...common, '--duration', '1s'])).to.deep.equal({ code: 2, complaint: '' })
  })

  it('stops at once with the second Ctrl-C, when the first one has it compare', async function () {
    if (process.platform === 'win32') this.skip()
    this.timeout(60_000)
    const pressed = new Set<string>()
    const { code, out } = await simulate(common, null, (pid, said) => {
      for (const cue of ['connections are there', 'asking the platform']) {
        if (!said.includes(cue) || pressed.has(cue)) continue
        pressed.add(cue)
        process.kill(-pid, 'SIGINT')
      }
    })
    expect(pressed.size, out).to.equal(2)
    expect(code, out).to.equal(130)
    expect(out.match(/stopping \(once more: at once\)/g)).to.have.length(1)
    expect(out).to.not.contain('good')
  })

  it('lets the same devices say the same in the same order with the same seed, and something else with another', async function () {
    this.timeout(60_000)
    const said = async (seed: string): Promise<Map<string, string[]>> => {
      const before = broker.published.length
      const { code, out } = await simulate([...common, '--seed', seed, '--rate', '100', '--scenario', 'test-button', '--duration', '3s'])
      expect(code, out).to.equal(0)
      const messages = broker.published.slice(before).map(({ topic, payload }) => ({ device: parseTopic(topic)?.device ?? '', words: `${topic} ${timeless(String(payload))}` }))
      // They say goodbye when it is over, which is sooner or later.
      return new Map([...Map.groupBy(messages.filter((one) => !one.words.includes('"offline"')), (one) => one.device)].map(([device, all]) => [device, all.map((one) => one.words)]))
    }
    const [first, again, other] = [await said('7'), await said('7'), await said('8')]
    const alike = (one: Map<string, string[]>, two: Map<string, string[]>): boolean[] =>
      [...one].flatMap(([device, words]) => words.flatMap((word, index) => two.get(device)?.[index] === undefined ? [] : [two.get(device)?.[index] === word]))
    expect(alike(first, again)).to.have.length.greaterThan(12).and.satisfy((all: boolean[]) => all.every(Boolean))
    expect(alike(first, other)).to.include(false)
  })
})

/** Of a message, what does not depend on the time: a room is as warm as the time of day. */
function timeless(payload: string): string {
  const { ts: _ts, boot: _boot, temperature: _temperature, ...rest } = JSON.parse(payload) as Record<string, unknown>
  return JSON.stringify(rest)
}

/** Runs it with somebody who reads nothing and goes away. */
function unread(args: readonly string[]): Promise<{ readonly code: number | null; readonly complaint: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['devices-sim/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (complaint += text))
    child.once('close', (code) => resolve({ code, complaint }))
  })
}
