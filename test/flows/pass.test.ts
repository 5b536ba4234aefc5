import { expect } from 'chai'
import { secretsFrom } from '../../flows/house.ts'
import { readPass, writePass } from '../../flows/pass.ts'

describe('the pass to Node-RED', () => {
  it('says who it is for, to whoever knows the secret', () => {
    const editor = { username: '陈 admin.1', permissions: '*' } as const
    expect(readPass('secret', writePass('secret', editor))).to.deep.equal(editor)
  })

  it('is worth nothing with another secret, cut off, or missing', () => {
    const pass = writePass('secret', { username: 'admin', permissions: '*' })
    for (const header of [undefined, '', '.', 'secret', pass.slice(1), `x${pass}`, ['secret'], pass.replace('secret', 'other')]) expect(readPass('secret', header)).to.equal(null)
  })

  it('gives no more than reading where it does not say that it edits', () => {
    expect(readPass('s', writePass('s', { username: 'x', permissions: 'everything' as '*' }))?.permissions).to.equal('read')
  })

  it('rests on secrets that both sides make of a shared one, and that are new at each start without', () => {
    expect(secretsFrom('shared')).to.deep.equal(secretsFrom('shared'))
    expect(secretsFrom('shared').editor).to.not.equal(secretsFrom('shared').account)
    expect(secretsFrom().editor).to.not.equal(secretsFrom().editor)
  })
})
