import { expect } from 'chai'
import type { Alarm } from '../../protocol/alarm.ts'
import { createPilot } from '../../devices-sim/pilot.ts'
import type { Performance } from '../../devices-sim/player.ts'
import { Platform } from '../../devices-sim/platform.ts'
import type { Judgement } from '../../devices-sim/oracle.ts'
import { Verdict } from '../../devices-sim/verdict.ts'
import { TinySite } from './support/site.ts'

const pilot = createPilot(1, 20)
const device = pilot.compounds[0]!.doors[0]!

describe('The verdict', () => {
  let site: TinySite
  let verdict: Verdict

  beforeEach(async () => {
    site = new TinySite()
    await site.open()
    const platform = new Platform(new URL(site.url))
    platform.useToken(site.token)
    verdict = new Verdict(platform, { answersFor: () => true, speaksFor: () => true, deviceOf: (id) => pilot.devices.get(id as never) })
    await verdict.begin()
  })
  afterEach(async () => {
    await site.close()
  })

  function alarm(id: string, receivedAt: number): Alarm {
    return {
      id, rule: 'door.tamper', subject: device.id, severity: 'high', compound: device.compound, building: device.location.building, device: device.id, location: device.location, state: 'active',
      acknowledged: false, latched: false, shelvedUntil: null, suppressedBy: null, raisedAt: receivedAt, receivedAt, clearedAt: null, closedAt: null, cause: null, occurrences: 1,
      message: { zh: '', en: '' }, incident: null
    }
  }

  /** A door's housing was opened 20 s ago; the platform had 10 s to tell. */
  async function reached(now: number): Promise<Judgement> {
    const performance: Performance = {
      scenario: 'door-tamper', startedAt: now - 30_000, doneAt: Float64Array.of(now - 20_000), finished: true, stoppedAt: null,
      plan: {
        where: '', steps: [{ at: 10_000, does: 'event', device: device.id, type: 'tamper' }], tolerated: [], lasts: 20_000,
        expected: [{ rule: 'door.tamper', subject: device.id, severity: 'high', step: 0, within: 10_000, clearedBy: null, occurrences: 1 }]
      }
    }
    const { judgement } = await verdict.reach({ performances: [performance], unplayed: [], replay: null, absent: [], outages: [], startedAt: now - 30_000, endedAt: now })
    return judgement
  }

  it('is that an alarm was in time when it was there in time', async () => {
    const now = Date.now()
    site.alarms = [alarm('a1', now - 19_000)]
    await verdict.peek(now - 30_000)
    expect(await reached(now)).to.deep.include({ found: 1, missed: [], false: [], doubled: [], late: [], wrong: [] })
  })

  it('is that an alarm was late that nobody could see in time, whatever time is written on it', async () => {
    const now = Date.now()
    await verdict.peek(now - 30_000)
    site.alarms = [alarm('a1', now - 19_000)]
    await verdict.peek(now - 30_000)
    const { late, found } = await reached(now)
    expect(found).to.equal(1)
    expect(late.map((one) => one.why.replace(/^after \d+/, 'after some'))).to.deep.equal(['after some ms, 10000 ms are allowed, although it says that it was in time: it was not to be seen until then'])
  })

  it('does not call wrong what still may come while a scenario is under way', async () => {
    const now = Date.now()
    site.alarms = [alarm('a1', now - 1_900)]
    const play = (finished: boolean): Performance => ({
      scenario: 'door-tamper', startedAt: now - 3_000, doneAt: Float64Array.of(now - 2_000), finished, stoppedAt: null,
      plan: {
        where: '', steps: [{ at: 1_000, does: 'event', device: device.id, type: 'tamper' }], tolerated: [], lasts: 20_000,
        expected: [{ rule: 'door.tamper', subject: device.id, severity: 'critical', step: 0, within: 10_000, clearedBy: null, occurrences: 3 }]
      }
    })
    expect(await verdict.soFar([play(false)], [], now - 3_000)).to.deep.include({ found: 1, missed: [], false: [], wrong: [] })
    expect((await verdict.soFar([play(true)], [], now - 3_000)).wrong).to.have.length(2)
  })
})
