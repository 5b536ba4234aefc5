import { expect } from 'chai'
import { createPilot, devicesOf, neighboursOf } from '../../devices-sim/pilot.ts'
import { isCompoundId, isDeviceId } from '../../protocol/names.ts'

describe('The pilot', () => {
  const pilot = createPilot(50, 800)

  it('has 50 compounds of 16 buildings, 800 detectors behind 16 gateways, 30 doors and 100 cameras', () => {
    expect(pilot.compounds).to.have.length(50)
    expect(pilot.devices.size).to.equal(47_300)
    for (const compound of pilot.compounds) {
      const { buildings, gateways, detectors, doors, cameras } = compound
      expect([buildings, gateways, detectors, doors, cameras].map((one) => one.length)).to.deep.equal([16, 16, 800, 30, 100])
    }
    expect([...pilot.devices.values()].filter((one) => one.gateway === null)).to.have.length(7_300)
  })

  it('uses ids that the wire allows, such as c07-smoke-0123', () => {
    for (const id of ['c07-smoke-0123', 'c07-gateway-03', 'c07-door-05', 'c07-camera-042']) expect([...pilot.devices.keys()]).to.include(id)
    expect([...pilot.devices.keys()].every(isDeviceId)).to.equal(true)
    expect(pilot.compounds.every((one) => isCompoundId(one.id))).to.equal(true)
  })

  it('marks every name as made up, and gives none twice', () => {
    expect(new Set(pilot.compounds.map((one) => one.name)).size).to.equal(50)
    for (const { name, label } of pilot.compounds) {
      expect(name).to.contain('试点·虚构')
      expect(label.en).to.contain('fictitious')
      expect(name.length).to.be.at.most(64)
    }
  })

  it('puts every device into a building, a unit and a floor that the compound has', () => {
    for (const compound of pilot.compounds) {
      for (const { location } of devicesOf(compound)) {
        const building = compound.buildings.find((one) => one.id === location.building)
        expect(Number(location.unit ?? 1)).to.be.within(1, building?.units ?? 0)
        expect(location.floor ?? 1).to.be.within(1, building?.floors ?? 0)
      }
      const homes = compound.detectors.map(({ location }) => `${location.building}/${location.unit}/${location.home}`)
      expect(new Set(homes).size).to.equal(800)
    }
  })

  it('spreads over nine districts of Lanzhou', () => {
    expect(new Set(pilot.compounds.map((one) => one.district))).to.have.property('size', 9)
    for (const { location } of pilot.compounds) {
      expect(location.lat).to.be.within(35.5, 37)
      expect(location.lon).to.be.within(102.5, 104.5)
    }
  })

  it('is the beginning of a larger one, so that runs of other sizes find the same homes', () => {
    for (const [id, device] of createPilot(3, 120).devices) expect(pilot.devices.get(id)).to.deep.equal(device)
  })

  it('works with a single home', () => {
    expect([...createPilot(1, 1).devices.keys()]).to.deep.equal(['c01-gateway-01', 'c01-smoke-0001', 'c01-door-01', 'c01-camera-001'])
  })

  it('knows who lives beside and above', () => {
    const compound = pilot.compounds[6]!
    const home = compound.detectors[0]!
    const { beside, above } = neighboursOf(compound, home)
    expect(beside?.location).to.include({ building: '1', unit: '1', floor: 1 })
    expect(above?.location).to.include({ building: '1', unit: '1', floor: 2 })
    expect(above?.location.home?.slice(-2)).to.equal(home.location.home?.slice(-2))
  })
})
