import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { describe, it } from 'mocha'
import { FilePictures } from '../../../../services/store/sqlite/pictures.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { picturesContract, save } from '../pictures-contract.ts'

async function open(): Promise<{ pictures: FilePictures; clock: FakeClock; path: string; close: () => Promise<void> }> {
  const folder = temporaryFolder()
  const clock = new FakeClock(Date.parse('2026-03-10T12:00:00Z'))
  const pictures = new FilePictures({
    dataDir: folder.path, clock,
    onFatal: (error) => {
      throw error
    }
  })
  await pictures.open()
  const close = async (): Promise<void> => {
    await pictures.close()
    folder.remove()
  }
  return { pictures, clock, path: join(folder.path, 'pictures'), close }
}

picturesContract('files', open)

describe('picture files', () => {
  it('lie in a folder a day, with nothing half written beside them, and go by days', async () => {
    const { pictures, clock, path, close } = await open()
    await save(pictures, 'c07-camera-1', 'r1', new Uint8Array([1]))
    clock.tick(86_400_000)
    await save(pictures, 'c07-camera-1', 'r1', new Uint8Array([2]))
    expect(readdirSync(path, { recursive: true })).to.have.members([
      '2026-03-10', '2026-03-10/c07-camera-1-r1.jpg', '2026-03-11', '2026-03-11/c07-camera-1-r1.jpg'
    ])
    expect(await pictures.dropDaysBefore('2026-03-11')).to.deep.equal(['2026-03-10'])
    expect(existsSync(join(path, '2026-03-10'))).to.equal(false)
    expect([...await pictures.load('c07-camera-1' as never, 'r1') ?? []]).to.deep.equal([2])
    await close()
  })

  it('say when the disk does not take one, and take the next', async () => {
    const { pictures, path, close } = await open()
    writeFileSync(join(path, '2026-03-10'), 'a file where the folder should be')
    const error: unknown = await save(pictures, 'c07-camera-1', 'r1', new Uint8Array([1])).then(() => null, (thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(Error)
    rmSync(join(path, '2026-03-10'))
    await save(pictures, 'c07-camera-1', 'r1', new Uint8Array([1]))
    await close()
  })
})
