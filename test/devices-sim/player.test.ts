import { expect } from 'chai'
import { Agenda } from '../../devices-sim/agenda.ts'
import { Player } from '../../devices-sim/player.ts'
import type { Fleet } from '../../devices-sim/fleet/fleet.ts'
import { createPilot } from '../../devices-sim/pilot.ts'
import { CONTRACT_NUMBERS } from '../../devices-sim/rule-numbers.ts'
import type { Plan } from '../../devices-sim/scenarios/scenario.ts'
import { StillClock } from './support/still-clock.ts'
import type { DeviceId } from '../../protocol/names.ts'

const door = 'c01-door-01' as DeviceId
const camera = 'c01-camera-001' as DeviceId
const newcomer = 'c01-camera-9999' as DeviceId

const PLAN: Plan = {
  where: '', expected: [], tolerated: [], lasts: 20_000,
  steps: [
    { at: 0, does: 'enrol', device: newcomer }, { at: 0, does: 'twin', device: camera }, { at: 1_000, does: 'cut', device: camera }, { at: 2_000, does: 'event', device: door, type: 'opened' },
    { at: 9_000, does: 'event', device: door, type: 'closed' }, { at: 9_000, does: 'order', device: door, command: 'lock' }, { at: 9_000, does: 'power', device: camera }, { at: 10_000, does: 'remove', device: newcomer }
  ]
}

describe('A scenario on its way', () => {
  let clock: StillClock
  let did: string[]
  let player: Player

  beforeEach(() => {
    clock = new StillClock(1_790_000_000_000)
    did = []
    const note = (what: string) => (): void => void did.push(what)
    const device = (id: string): object => ({ reserve: note(`reserve ${id}`), resume: note(`resume ${id}`), tell: (_: string, { type }: { type: string }) => did.push(`${id} ${type}`) })
    const speaker = (id: string): object => ({ cutPower: note(`cut ${id}`), switchOn: note(`power ${id}`), meetTwin: note(`twin ${id}`), loseTwin: note(`lose ${id}`) })
    const fleet = { devices: new Map([door, camera].map((id) => [id, device(id)])), speakerOf: new Map([door, camera].map((id) => [id, speaker(id)])) } as unknown as Fleet
    const office = { enrol: (id: string) => did.push(`enrol ${id}`), remove: (id: string) => did.push(`remove ${id}`), order: (id: string, command: string) => did.push(`order ${id} ${command}`), bringBack: (ids: readonly string[]) => did.push(`back ${ids.join()}`) }
    const stage = { pilot: createPilot(1, 10), at: null, growth: 'fast' as const, dark: 1, numbers: CONTRACT_NUMBERS, roomTemperature: () => 20 }
    player = new Player([], stage, 1, fleet, office, new Agenda(clock), () => undefined)
  })

  it('does everything at its time, and is over', () => {
    let over = false
    const performance = player.play('s', PLAN, () => (over = true))
    clock.pass(20_000)
    expect(did).to.deep.equal([
      `reserve ${door}`, `enrol ${newcomer}`, `twin ${camera}`, `cut ${camera}`, `${door} opened`, `${door} closed`, `order ${door} lock`, `resume ${door}`, `power ${camera}`, `remove ${newcomer}`
    ])
    expect(performance).to.include({ finished: true, stoppedAt: null })
    expect(over).to.equal(true)
    expect(player.playing).to.deep.equal([])
  })

  it('leaves nothing behind when it is ended in the middle: no twin, no newcomer, nobody in the dark, nobody held', () => {
    const performance = player.play('s', PLAN, () => expect.fail('it did not come to its end'))
    clock.pass(3_000)
    did = []
    player.end(performance)
    clock.pass(60_000)
    expect(did).to.deep.equal([`lose ${camera}`, `remove ${newcomer}`, `back ${camera}`, `resume ${door}`])
    expect(performance.stoppedAt).to.equal(1_790_000_003_000)
    expect(performance.finished).to.equal(false)
  })
})
