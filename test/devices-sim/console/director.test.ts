import { expect } from 'chai'
import { Director } from '../../../devices-sim/console/director.ts'
import { devicesIn } from '../../../devices-sim/casting.ts'
import { createPilot } from '../../../devices-sim/pilot.ts'
import type { Performance } from '../../../devices-sim/player.ts'
import { CONTRACT_NUMBERS } from '../../../devices-sim/rule-numbers.ts'
import { batteryDrain } from '../../../devices-sim/scenarios/battery-drain.ts'
import { doorForced } from '../../../devices-sim/scenarios/door-forced.ts'
import { neverSeen } from '../../../devices-sim/scenarios/never-seen.ts'
import { powerCut } from '../../../devices-sim/scenarios/power-cut.ts'
import type { Plan } from '../../../devices-sim/scenarios/scenario.ts'

/** A player that only notes what it is asked for. */
class NotingPlayer {
  readonly performances: Performance[] = []
  get playing(): readonly Performance[] {
    return this.performances.filter((one) => !one.finished && one.stoppedAt === null)
  }
  play(scenario: string, plan: Plan): Performance {
    const performance: Performance = { scenario, plan, startedAt: 1, doneAt: new Float64Array(), finished: false, stoppedAt: null }
    this.performances.push(performance)
    return performance
  }
  end(performance: Performance): void {
    performance.stoppedAt = 2
  }
}

describe('The director of the terminal screen', () => {
  let player: NotingPlayer
  let director: Director
  beforeEach(() => {
    player = new NotingPlayer()
    const stage = { pilot: createPilot(2, 100), growth: 'ultra-fast' as const, dark: 20_000, numbers: CONTRACT_NUMBERS, roomTemperature: () => 20 }
    director = new Director(player, stage, 1)
  })

  it('starts a scenario where it is asked for', () => {
    expect(director.start(doorForced, 'c02-door-03')).to.equal(null)
    expect(player.performances.map((one) => [one.scenario, one.plan.where])).to.deep.equal([['door-forced', 'c02-door-03']])
  })

  it('never lets a device play twice, and says so when none is left', () => {
    const devices = new Set<string>()
    let played = 0
    while (director.start(doorForced, 'c01') === null) {
      for (const id of devicesIn(player.performances[played]!.plan)) devices.add(id)
      director.stop('door-forced')
      played++
    }
    expect(devices.size).to.equal(played)
    expect(played).to.equal(createPilot(2, 100).compounds[0]?.doors.length)
    expect(director.start(doorForced, 'c01')).to.equal('no-actors')
    expect(director.start(doorForced, 'c02')).to.equal(null)
    expect(director.start(neverSeen, 'c01')).to.equal(null)
    expect(director.start(neverSeen, 'c01')).to.equal('no-actors')
  })

  it('stops one or all', () => {
    director.start(doorForced, 'c01')
    director.start(batteryDrain, 'c01')
    director.stop('door-forced')
    expect(player.playing.map((one) => one.scenario)).to.deep.equal(['battery-drain'])
    director.stopAll()
    expect(player.playing).to.deep.equal([])
  })

  it('keeps what has to be alone from everything else, and lets it play again when nothing came of it', () => {
    director.start(doorForced, 'c01')
    expect(director.start(powerCut, null)).to.equal('alone')
    director.stopAll()
    expect(director.start(powerCut, null)).to.equal(null)
    expect(director.start(doorForced, 'c02')).to.equal('alone')
    director.stopAll()
    expect(director.start(powerCut, null)).to.equal(null)
  })
})
