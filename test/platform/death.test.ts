import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Platform } from '../support/platform.ts'

const PRELOAD = `--import=${new URL('dying-thread.ts', import.meta.url).href}`
const DEATHS = [
  ['main', 'throw'], ['main', 'reject'], ['journal', 'throw'], ['brain', 'reject'], ['history', 'throw'], ['reader', 'reject'], ['pictures', 'throw']
] as const

describe('a bug that nobody catches', function () {
  this.timeout(120_000)

  for (const [thread, how] of DEATHS) {
    it(`ends the platform at once and with exit code 1, so that it is started again (${thread}, ${how})`, async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-death-'))
      const sign = join(dataDir, 'sign')
      const platform = new Platform({ NODE_OPTIONS: PRELOAD, DYING: thread, DYING_HOW: how, DYING_SIGN: sign }, dataDir)
      try {
        await platform.start()
        writeFileSync(sign, '')
        expect(await platform.exited).to.equal(1)
        expect(platform.log.join('\n')).to.include('the platform cannot go on').and.include('broken on purpose')
      } finally {
        await platform.kill()
        rmSync(dataDir, { recursive: true, force: true })
      }
    })
  }
})
