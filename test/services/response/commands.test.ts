import { expect } from 'chai'
import type { DeviceId } from '../../../protocol/names.ts'
import type { Dispatch } from '../../../services/brain/outcome.ts'
import { createLog } from '../../../services/kernel/log.ts'
import { CommandsOut } from '../../../services/response/commands.ts'
import type { DeviceRecord } from '../../../services/store/ports.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { device } from '../store/records.ts'

const SMOKE = 'c07-smoke-1' as DeviceId
const NOW = 1_700_000_000_000

function house(connected: readonly string[], failure: Error | null = null): { out: CommandsOut; told: [string, string, unknown][]; sent: string[] } {
  const told: [string, string, unknown][] = []
  const sent: string[] = []
  const devices = new Map<DeviceId, DeviceRecord>([[SMOKE, device(SMOKE, { gateway: 'c07-gateway-1' as DeviceId })]])
  const out = new CommandsOut({
    directory: { devices }, clock: new FakeClock(NOW), log: createLog('silent'),
    publishTo: (client, { topic, payload, qos, retain }) => {
      if (failure) return Promise.reject(failure)
      expect([qos, retain]).to.deep.equal([1, false])
      if (connected.includes(client)) told.push([client, topic, JSON.parse(payload)])
      return Promise.resolve(connected.includes(client))
    },
    sent: (command) => Promise.resolve(sent.push(command))
  })
  return { out, told, sent }
}
const dispatch = (some: Partial<Dispatch> = {}): Dispatch => ({ id: 'k7', device: SMOKE, name: 'locate', args: {}, expiresAt: NOW + 1, holding: false, ...some })
const BODY = { id: 'k7', name: 'locate', args: {}, expiresAt: NOW + 1 }
const TOPIC = 'v1/c07/smoke/c07-smoke-1/command'

describe('a command on its way out', () => {
  it('goes to the device’s own connection, else to its gateway’s, and is reported as sent once', async () => {
    for (const [connected, client] of [[[SMOKE, 'c07-gateway-1'], SMOKE], [['c07-gateway-1'], 'c07-gateway-1']] as const) {
      const { out, told, sent } = house(connected)
      await out.tell(dispatch())
      expect(told).to.deep.equal([[client, TOPIC, BODY]])
      expect(sent).to.deep.equal(['k7'])
    }
  })

  it('is put aside nowhere when neither is connected, and not reported as sent', async () => {
    const { out, told, sent } = house([])
    await out.tell(dispatch())
    expect([told, sent]).to.deep.equal([[], []])
  })

  it('is not handed over once its time is past, unless it holds', async () => {
    const { out, told } = house([SMOKE])
    await out.tell(dispatch({ expiresAt: NOW }))
    expect(told).to.deep.equal([])
    await out.tell(dispatch({ expiresAt: NOW, holding: true }))
    expect(told).to.have.length(1)
  })

  it('is not sent to who is removed, and is not reported as sent when the broker fails', async () => {
    const { out, told } = house([SMOKE])
    await out.tell(dispatch({ device: 'c07-smoke-2' as DeviceId }))
    expect(told).to.deep.equal([])
    const broken = house([SMOKE], new Error('boom'))
    await broken.out.tell(dispatch())
    expect(broken.sent).to.deep.equal([])
  })
})
