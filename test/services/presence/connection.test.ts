import { expect } from 'chai'
import type { DeviceInput } from '../../../services/rules/judgement.ts'
import { OneDevice, s } from '../../support/one-device.ts'

type Step = readonly [seconds: number, input: DeviceInput | 'offline' | 'report']

const connect = (session: number): DeviceInput => ({ type: 'connected', session })
const end = (session: number, reason: 'said-goodbye' | 'lost' | 'taken-over'): DeviceInput => ({ type: 'disconnected', session, reason })
const gateway = (is: 'up' | 'lost' | 'offline'): DeviceInput => ({ type: 'gateway', is })
const restart: DeviceInput = { type: 'grace', started: true }

function run(device: OneDevice, steps: readonly Step[], until = 0): readonly string[] {
  for (const [at, input] of steps) {
    if (input === 'offline') device.says(s(at), 'status', { state: 'offline' })
    else if (input === 'report') device.says(s(at), 'telemetry', { ts: s(at) })
    else device.input(s(at), input)
  }
  return device.pass(s(until)).connections
}

describe('The connection history of a device', () => {
  const CASES: readonly (readonly [title: string, steps: readonly Step[], until: number, lines: readonly string[]])[] = [
    ['begins with its first connection, and says nothing of each report', [[1, connect(1)], [2, 'report'], [3, 'report']], 4, ['1 online connected']],
    ['says that the connection was lost, by its last will', [[1, connect(1)], [50, end(1, 'lost')], [50, 'offline'], [60, connect(2)]], 61, ['1 online connected', '50 offline lost', '60 online connected']],
    ['says that it ended it itself', [[1, connect(1)], [50, 'offline'], [51, end(1, 'said-goodbye')]], 52, ['1 online connected', '51 offline closed']],
    ['says that it fell silent, and was heard again', [[1, 'report'], [200, 'report']], 201, ['1 online heard', '121 offline silent', '200 online heard']],
    ['has each connection, also where it was back before anybody missed it', [[1, connect(1)], [50, end(1, 'lost')], [53, connect(2)]], 60, ['1 online connected', '53 online connected']],
    ['says that a newer connection took over, whichever is told first', [
      [1, connect(1)], [50, connect(2)], [50, end(1, 'taken-over')], [60, end(2, 'taken-over')], [60, connect(3)]
    ], 61, ['1 online connected', '50 online taken-over', '60 online taken-over']],
    ['does not take the late end of an old connection, or its last will, for the end of the new one', [[1, connect(1)], [50, connect(2)], [51, end(1, 'taken-over')], [52, 'offline']], 53, ['1 online connected', '50 online taken-over']],
    ['says that the platform was restarted, to who was there and comes back', [[1, connect(7)], [50, restart], [55, connect(1)]], 56, ['1 online connected', '55 online platform-restarted']],
    ['does not blame a restart for who was not there before it', [[1, connect(7)], [2, end(7, 'lost')], [3, 'offline'], [50, restart], [90, connect(1)]], 91, ['1 online connected', '3 offline lost', '90 online connected']],
    ['says that it is silent when it does not come back after a restart', [[1, connect(7)], [50, restart]], 200, ['1 online connected', '170 offline silent']]
  ]
  for (const [title, steps, until, lines] of CASES) {
    it(title, () => {
      expect(run(new OneDevice('door'), steps, until)).to.deep.equal(lines)
    })
  }

  it('goes with its gateway where it has one', () => {
    const child = run(new OneDevice('smoke', 'g1'), [[1, 'report'], [50, gateway('lost')], [55, gateway('offline')], [90, gateway('up')], [100, 'offline'], [110, 'report']])
    expect(child).to.deep.equal(['1 online heard', '55 offline gateway-lost', '90 online gateway-back', '100 offline said', '110 online heard'])
  })

  it('tells a gateway that did not come back in time from one that says nothing', () => {
    expect(run(new OneDevice('gateway'), [[1, connect(1)], [50, end(1, 'lost')]], 60)).to.deep.equal(['1 online connected', '55 offline lost'])
    expect(run(new OneDevice('gateway'), [[1, 'report']], 200)).to.deep.equal(['1 online heard', '121 offline silent'])
  })
})
