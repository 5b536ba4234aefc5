import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { RawClient } from './raw-client.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const COMMAND = [join(ROOT, 'tools/run.mjs'), join(ROOT, 'broker/main.ts')]

async function refused(...args: string[]): Promise<string> {
  return new Promise((done) => {
    execFile(process.execPath, [...COMMAND, ...args], (error, _stdout, stderr) => done(`${error?.code} ${stderr}`))
  })
}

describe('the broker by itself', () => {
  it('refuses to run without --open and says why; names a wrong port', async () => {
    expect(await refused('--port', '0')).to.match(/^1 .*--open/)
    expect(await refused('--open', '--port', '70000')).to.match(/^1 --port has to be a whole number/)
    expect(await refused('--open', '--port', '0', '--nonsense')).to.match(/^1 .*nonsense/)
  })

  it('lets anybody in, says where it listens, serves mosquitto_pub and mosquitto_sub, and ends at a signal', async function () {
    const child = spawn(process.execPath, [...COMMAND, '--open', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: Record<string, unknown>[] = []
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>))
    try {
      const listening = await eventually('it listens', () => lines.find(({ msg, service }) => msg === 'listening' && service === 'mqtt'))
      const port = Number(listening['port'])
      const client = await RawClient.connected(port, 'anybody', { password: Buffer.from('whatever') })
      await client.subscribe('any/#', 2)
      await mosquitto(this, 'mosquitto_pub', '-p', `${port}`, '-t', 'any/topic', '-m', 'hello', '-q', '2', '-r')
      await client.next('publish')
      const heard = await mosquitto(this, 'mosquitto_sub', '-p', `${port}`, '-t', 'any/+', '-C', '1', '-W', '10', '-v')
      expect(heard.trim()).to.equal('any/topic hello')
      await client.destroy()
    } finally {
      child.kill('SIGTERM')
      const [code] = (await once(child, 'exit')) as [number | null]
      expect(code).to.equal(0)
    }
  })
})

/** Runs a client of Mosquitto; where it is not installed the test is skipped with the line that installs it, and fails where CI=true. */
async function mosquitto(test: Mocha.Context, file: string, ...args: string[]): Promise<string> {
  const outcome = await new Promise<{ missing: boolean; stdout: string; error: Error | null }>((done) => {
    execFile(file, args, (error, stdout) => done({ missing: error?.code === 'ENOENT', stdout, error }))
  })
  if (outcome.missing) {
    const hint = `${file} is missing: apt-get install mosquitto-clients`
    if (process.env['CI'] === 'true') throw new Error(hint)
    process.stderr.write(`${hint}\n`)
    test.skip()
  }
  if (outcome.error) throw outcome.error
  return outcome.stdout
}
