import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { DeviceId } from '../../../protocol/names.ts'
import type { Pictures } from '../../../services/store/ports.ts'

export interface OpenedPictures {
  readonly pictures: Pictures
  close(): Promise<void>
}

export function save(pictures: Pictures, device: string, ref: string, jpeg: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => pictures.save(device as DeviceId, ref, jpeg, (error) => error ? reject(error) : resolve()))
}

/** What every keeper of pictures has to keep. `open` makes an empty one. */
export function picturesContract(name: string, open: () => Promise<OpenedPictures>): void {
  describe(`the pictures contract, kept by ${name}`, () => {
    let opened: OpenedPictures
    beforeEach(async () => void (opened = await open()))
    afterEach(() => opened.close())
    const load = async (device: string, ref: string): Promise<number[] | null> => {
      const jpeg = await opened.pictures.load(device as DeviceId, ref)
      return jpeg && [...jpeg]
    }

    it('gives a picture back, and a newer one of the same name instead', async () => {
      await save(opened.pictures, 'c07-camera-1', 'r.1', new Uint8Array([255, 216, 1]))
      expect(await load('c07-camera-1', 'r.1')).to.deep.equal([255, 216, 1])
      await save(opened.pictures, 'c07-camera-1', 'r.1', new Uint8Array([255, 216, 2]))
      expect(await load('c07-camera-1', 'r.1')).to.deep.equal([255, 216, 2])
    })

    it('takes half a megabyte, and many at once', async () => {
      const large = new Uint8Array(512 * 1024).fill(7)
      await Promise.all(Array.from({ length: 10 }, (_, n) => save(opened.pictures, 'c07-camera-1', `r${n}`, large)))
      expect((await opened.pictures.load('c07-camera-1' as DeviceId, 'r9'))?.length).to.equal(large.length)
    })

    it('knows none that was not saved', async () => {
      await save(opened.pictures, 'c07-camera-1', 'r1', new Uint8Array([1]))
      expect(await load('c07-camera-2', 'r1')).to.equal(null)
      expect(await load('c07-camera-1', 'r2')).to.equal(null)
    })

    it('refuses names that could lead elsewhere', async () => {
      for (const [device, ref] of [['c07-camera-1', '../x'], ['c07-camera-1', 'a/b'], ['c07-camera-1', '..'], ['c07-camera-1', ''], ['c07-camera-1', 'a\\b'], ['c07-camera-1', 'a\0b'], ['../c07', 'r1'], ['c07-camera-1', 'r'.repeat(300)]] as const) {
        const code = await save(opened.pictures, device, ref, new Uint8Array([1])).then(() => 'saved', (error: { code: string }) => error.code)
        expect(code, `${device} ${ref}`).to.equal('bad-picture-name')
        expect(await load(device, ref)).to.equal(null)
      }
    })
  })
}
