import { expect } from 'chai'
import * as fc from 'fast-check'
import { checkQuery, checkWith } from '../../../protocol/http/check.ts'
import { watch } from '../../../protocol/live.ts'
import { ROUTES } from '../../../protocol/routes.ts'
import type { Checked } from '../../../protocol/http/check.ts'

const faultsOf = (checked: Checked<unknown>): string[] => (checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`))

describe('checking a request', () => {
  it('names all that is wrong, each with its path', () => {
    const body = { id: 'C', name: '', buildings: [{ id: 'b1', name: 'x', units: 0, floors: 1.5 }, { id: 'b1', name: 'y', units: 1, floors: 1 }], colour: 1 }
    expect(faultsOf(checkWith(ROUTES['compounds.create'].body!, body))).to.deep.equal([
      'id: id must be 1 to 32 of the letters a-z, digits and hyphens, not beginning with a hyphen',
      'name: name must not be empty',
      'district: district is missing',
      'homes: homes is missing',
      'buildings[0].units: buildings[0].units must be greater than or equal to 1',
      'buildings[0].floors: buildings[0].floors must be an integer',
      'buildings[1]: buildings[1] repeats the id of an earlier building',
      'colour: colour is not known here'
    ])
  })

  it('fills in what may be left out', () => {
    const checked = checkWith(ROUTES['devices.create'].body!, { id: 'd1', kind: 'door', compound: 'c1', location: { building: 'b1' } })
    expect(checked).to.deep.equal({ ok: true, value: { id: 'd1', kind: 'door', compound: 'c1', gateway: null, location: { building: 'b1' }, model: null } })
    expect(checkWith(ROUTES['alarms.reset'].body!, undefined)).to.deep.equal({ ok: true, value: { note: null } })
  })

  it('takes no number for a text, nor a text for a number', () => {
    expect(faultsOf(checkWith(ROUTES['session.open'].body!, { username: 5, password: 'x' }))).to.deep.equal(['username: username must be a string'])
    expect(faultsOf(checkWith(ROUTES['alarms.shelve'].body!, { minutes: '5', reason: 'x' }))).to.deep.equal(['minutes: minutes must be a number'])
    expect(faultsOf(checkWith(watch, { compounds: 'c07' }))).to.deep.equal(['compounds: compounds must be "all" or a list of different compound ids'])
  })

  it('reads numbers and booleans from the text of a query, and refuses what it does not know', () => {
    const query = ROUTES['devices.list'].query!
    expect(checkQuery(query, { limit: '5', online: 'true' })).to.deep.equal({ ok: true, value: { limit: 5, online: true } })
    expect(checkQuery(query, {})).to.deep.equal({ ok: true, value: { limit: 100 } })
    expect(faultsOf(checkQuery(query, { limit: '0', kind: 'lift', colour: 'red' }))).to.deep.equal([
      'limit: limit must be greater than or equal to 1', 'kind: kind must be one of door, smoke, camera, gateway', 'colour: colour is not known here'
    ])
    expect(faultsOf(checkQuery(query, { limit: ['1', '2'] }))).to.have.length(1)
  })

  it('does not take a prototype for a body, nor recurse over ten thousand brackets', () => {
    const body: unknown = JSON.parse('{"__proto__":{"username":"admin","password":"x"}}')
    expect(faultsOf(checkWith(ROUTES['session.open'].body!, body))).to.deep.equal(['__proto__: __proto__ is not known here'])
    const deep: unknown = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)
    expect(faultsOf(checkWith(ROUTES['session.open'].body!, deep))).to.deep.equal([': must not be nested deeper than 16 levels'])
  })

  it('never throws, whatever comes', () => {
    const bodies = Object.values(ROUTES).flatMap(({ body }) => (body ? [body] : []))
    fc.assert(fc.property(fc.constantFrom(...bodies), fc.oneof(fc.jsonValue(), fc.anything()), (schema, value) => {
      const checked = checkWith(schema as (typeof bodies)[0] & { validate: never }, value)
      if (!checked.ok) expect(checked.faults).not.to.deep.equal([])
    }))
  })
})
