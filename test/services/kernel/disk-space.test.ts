import { expect } from 'chai'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePart } from '../../../services/kernel/disk-space.ts'

describe('The free part of a disk', () => {
  it('is told as a part of the whole', async () => {
    expect(await freePart(tmpdir())).to.be.within(0, 1)
  })

  it('is not known of a place that is not there', async () => {
    expect(await freePart(join(tmpdir(), 'no-such-folder-of-gatehouse'))).to.equal(null)
  })
})
