import { expect } from 'chai'
import { UserFault } from '../../../devices-sim/faults.ts'
import { demandRoom, openFileLimit, processesFor } from '../../../devices-sim/pool/open-files.ts'

describe('Open files', () => {
  it('are limited, and the system says how far', () => {
    if (process.platform === 'linux') expect(openFileLimit()).to.be.greaterThan(100)
  })

  it('ask for as many processes as it takes, and for none while one is enough', () => {
    expect(processesFor(7_300, 20_000)).to.equal(0)
    expect(processesFor(19_500, 20_000)).to.equal(0)
    expect(processesFor(19_501, 20_000)).to.equal(2)
    expect(processesFor(47_300, 20_000)).to.equal(3)
    expect(processesFor(47_300, Infinity)).to.equal(0)
  })

  it('of the platform are asked for before anybody connects', () => {
    expect(() => demandRoom(47_300, { open: 120, limit: 20_000 })).to.throw(UserFault, '47300 connections are more than this platform can hold: its process may open 20000 files')
    expect(() => demandRoom(19_000, { open: 120, limit: 20_000 })).not.to.throw()
    expect(() => demandRoom(47_300, null)).not.to.throw()
  })
})
