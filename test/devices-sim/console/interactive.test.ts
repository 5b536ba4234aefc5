import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import type { Report } from '../../../devices-sim/report.ts'
import { eventually } from '../../support/eventually.ts'
import { PASSWORD, Platform } from '../../support/platform.ts'

const HOME = '\u001B[H'
const TAKEN = '\u001B[?1049h'
const GIVEN_BACK = '\u001B[?1049l'

describe('The simulator with --interactive', () => {
  let folder: string
  let platform: Platform | null = null
  let child: ChildProcess | null = null

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-interactive-'))
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await platform?.stop()
    if (platform) await rm(platform.dataDir, { recursive: true, force: true })
    platform = null
    await rm(folder, { recursive: true })
  })

  it('starts and stops scenarios by keys on a real terminal and platform, gives the terminal back, prints the table and ends by the oracle', async function () {
    // `script` of util-linux lends it a terminal; elsewhere it has other options.
    if (process.platform !== 'linux') this.skip()
    this.timeout(120_000)
    platform = await new Platform().start()
    const report = join(folder, 'report.json')
    const command = [
      'stty rows 60 cols 120;', process.execPath, 'devices-sim/main.ts --interactive --lang en --user admin --compounds 1 --homes 40 --at c01', '--url', platform.url,
      '--tokens', join(folder, 'tokens.json'), '--report', report
    ].join(' ')
    const terminal = spawn('script', ['-qfec', command, '/dev/null'], { env: { ...process.env, GATEHOUSE_TOKEN: '', GATEHOUSE_PASSWORD: PASSWORD, TERM: 'xterm' }, stdio: ['pipe', 'pipe', 'inherit'] })
    child = terminal
    let out = ''
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
    const ended = new Promise<number | null>((resolve) => terminal.once('close', resolve))
    const screen = (): string => stripVTControlCharacters(out.slice(out.lastIndexOf(HOME)))
    const shows = (pattern: RegExp): Promise<void> => eventually(`${pattern} on the screen, which is\n${screen()}`, () => pattern.test(screen()), 60_000).then(() => undefined)
    // Of the last drawing that shows one: the newest may not be whole yet.
    const chosen = (): string | undefined => [...stripVTControlCharacters(out).matchAll(/› . (\S+)/g)].at(-1)?.[1]
    const choose = async (name: string): Promise<void> => {
      for (let tries = 0; tries < 60 && chosen() !== name; tries++) {
        const before = chosen()
        terminal.stdin.write('j')
        // The screen is also drawn anew by itself: what counts is that the key has been taken.
        await eventually('a key moves the choice', () => chosen() !== before)
      }
      expect(chosen()).to.equal(name)
    }

    await shows(/connections are there/)
    await choose('detector-removed')
    terminal.stdin.write('\r')
    await shows(/› ▶ detector-removed +\d+\/\d+ s 1\/1/)
    await choose('door-held-open')
    terminal.stdin.write('\r')
    await shows(/▶ door-held-open/)
    terminal.stdin.write('\r')
    await shows(/■ door-held-open/)
    await shows(/called for 1 {2}found 1 {2}missed 0 {2}false 0/)
    terminal.stdin.write('q')
    await shows(/End the run/)
    terminal.stdin.write('y')

    expect(await ended, stripVTControlCharacters(out.slice(-2_000))).to.equal(0)
    expect(out.indexOf(TAKEN)).to.be.lessThan(out.indexOf(GIVEN_BACK))
    const after = out.slice(out.lastIndexOf(GIVEN_BACK))
    for (const part of ['detector-removed', 'door-held-open', 'simulator', 'good: 100 % found']) expect(after).to.contain(part)
    const written = JSON.parse(await readFile(report, 'utf8')) as Report
    expect(written).to.deep.include({ expected: 1, found: 1, missed: [], false: [] })
    expect(written.sent).to.equal(written.acknowledged)
  })

  it('says plainly that it needs a terminal', async () => {
    const plain = spawn(process.execPath, ['devices-sim/main.ts', '--interactive', '--token', 'x'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    plain.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text))
    const code = await new Promise<number | null>((resolve) => plain.once('close', resolve))
    expect(said).to.contain('--interactive needs a terminal')
    expect(code).to.equal(2)
  })
})
