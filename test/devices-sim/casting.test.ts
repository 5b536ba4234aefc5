import { expect } from 'chai'
import type { DeviceId } from '../../protocol/names.ts'
import { batchesOf, devicesIn } from '../../devices-sim/casting.ts'
import { createPilot } from '../../devices-sim/pilot.ts'
import { CONTRACT_NUMBERS } from '../../devices-sim/rule-numbers.ts'
import { detectorRemoved } from '../../devices-sim/scenarios/detector-removed.ts'
import { fire } from '../../devices-sim/scenarios/fire.ts'
import { gatewayLost } from '../../devices-sim/scenarios/gateway-lost.ts'

describe('The casting of scenarios', () => {
  const detector = 'c01-smoke-0003' as DeviceId

  it('leaves alone what a recording is played through, even where it is named as the place', () => {
    const stage = { pilot: createPilot(1, 100), at: detector, growth: 'fast' as const, dark: 1_000, numbers: CONTRACT_NUMBERS, roomTemperature: () => 20 }
    const playing = (elsewhere: readonly DeviceId[]): boolean => batchesOf([detectorRemoved, gatewayLost, fire], stage, 1, elsewhere).flat().some(({ plan }) => devicesIn(plan).has(detector))
    expect(playing([])).to.equal(true)
    expect(playing([detector])).to.equal(false)
  })
})
