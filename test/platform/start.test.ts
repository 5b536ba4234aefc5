import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { ApiClient } from '../support/api-client.ts'
import { Platform } from '../support/platform.ts'

const failure = (starting: Promise<unknown>): Promise<string> => starting.then(() => 'it started', (error: Error) => error.message)
const login = async (platform: Platform, password: string): Promise<number> =>
  (await new ApiClient(platform.url).call('POST', '/api/v1/session', { username: 'admin', password })).status

describe('a start', function () {
  this.timeout(120_000)

  it('that finds its folder or a port taken says so in plain words, names the setting, and ends', async () => {
    const first = await new Platform().start()
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => holder.once('listening', listening))
    const taken = String((holder.address() as AddressInfo).port)
    try {
      const [folder, http, mqtt] = await Promise.all([
        failure(new Platform({}, first.dataDir).start()), failure(new Platform({ HTTP_PORT: taken }).start()), failure(new Platform({ MQTT_PORT: taken }).start())
      ])
      expect(folder).to.contain('ended with 1').and.contain(`Gatehouse cannot start (data-dir-in-use): DATA_DIR ${first.dataDir} is in use by another Gatehouse process`)
      expect(http).to.contain('Gatehouse cannot start (http-cannot-listen)').and.contain(`HTTP_PORT ${taken}`).and.contain('already in use')
      expect(mqtt).to.contain('Gatehouse cannot start (mqtt-cannot-listen)').and.contain('MQTT_PORT').and.contain('already in use')
      for (const said of [folder, http, mqtt]) expect(said).to.not.match(/\n\s+at /)
    } finally {
      holder.close()
      await first.stop()
    }
  })

  it('on a journal that lacks its last entry is refused: what was judged of it is not there any more', async () => {
    const platform = await new Platform().start()
    await platform.stop()
    const journal = join(platform.dataDir, 'journal')
    const db = new DatabaseSync(join(journal, readdirSync(journal).find((name) => name.endsWith('.sqlite')) ?? ''))
    db.exec('DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)')
    db.close()
    const again = new Platform({}, platform.dataDir)
    try {
      expect(await failure(again.start())).to.contain('Gatehouse cannot start (journal-behind)')
    } finally {
      await again.stop()
    }
  })

  it('prints the first password once; a lost one is made anew with ADMIN_PASSWORD_RESET, which ends what the old one opened', async () => {
    const running: Platform[] = []
    const start = async (environment: Record<string, string>): Promise<Platform> => {
      await running[0]?.stop()
      running.unshift(await new Platform(environment, running[0]?.dataDir).start())
      return running[0]!
    }
    const printed = ({ log }: Platform): string[] => log.filter((line) => line.includes('"password"')).map((line) => (JSON.parse(line) as { password: string }).password)
    try {
      const [made = ''] = printed(await start({ ADMIN_PASSWORD: '' }))
      const again = await start({ ADMIN_PASSWORD: 'one that nobody asked for' })
      expect(printed(again)).to.deep.equal([])
      expect(await login(again, 'one that nobody asked for'), 'without a reset the password stays').to.equal(401)
      expect(await login(again, made)).to.equal(204)

      const reset = await start({ ADMIN_PASSWORD: '', ADMIN_PASSWORD_RESET: 'on' })
      expect(await login(reset, made)).to.equal(401)
      expect(await login(reset, printed(reset)[0] ?? '')).to.equal(204)

      const given = await start({ ADMIN_PASSWORD_RESET: 'on' })
      expect(printed(given)).to.deep.equal([])
      expect(given.log.join('\n')).to.contain('ADMIN_PASSWORD_RESET is on')
      const { cookie } = await ApiClient.admin(given)
      const next = await start({ ADMIN_PASSWORD_RESET: 'on' })
      const answer = await fetch(`${next.url}/api/v1/compounds`, { headers: { cookie } })
      expect(answer.status, 'the same password given again ends nothing').to.equal(200)
    } finally {
      await running[0]?.stop()
    }
  })
})
