import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { CompoundId } from '../../../../protocol/names.ts'
import type { WriteAnswer } from '../../../../services/store/influx/client.ts'
import { Forwarder } from '../../../../services/store/influx/forwarder.ts'
import type { HistoryPoint } from '../../../../services/store/influx/point.ts'
import { NOWHERE, ProgressFile } from '../../../../services/store/influx/progress.ts'
import type { Mark } from '../../../../services/store/influx/progress.ts'
import { BATCH } from '../../../../services/store/influx/source.ts'
import type { Batch } from '../../../../services/store/influx/source.ts'
import { eventually } from '../../../support/eventually.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** Batches of the source, each full. */
const BATCHES = 5
const FAILED: WriteAnswer = { type: 'failed', words: 'busy', databaseMissing: false }

describe('the requests of the forwarder', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: FakeClock
  let progress: ProgressFile
  let forwarder: Forwarder
  /** What was sent, the batch by its number, and how to answer it. */
  let sent: { readonly batch: number; readonly points: number; readonly answer: (answer: WriteAnswer) => void }[]
  let moved: number[]
  /** Points of a batch, and where the journal ends. */
  let size: number
  let head: number
  /** Points that the source was asked for, each time. */
  let asked: number[]
  beforeEach(() => {
    folder = temporaryFolder()
    clock = new FakeClock()
    progress = ProgressFile.open(folder.path)
    sent = []
    moved = []
    size = BATCH
    asked = []
    const after = (mark: Mark, most = BATCH): Batch | null => {
      asked.push(most)
      const batch = mark.position / size + 1
      if (batch > BATCHES || batch * size > head) return null
      const point: HistoryPoint = { device: null, compound: 'c07' as CompoundId, series: 'door', fields: { battery: batch }, timestamp: '1' }
      return { points: Array.from({ length: size }, () => point), mark: { ...mark, position: batch * size }, removed: [], hours: [] }
    }
    forwarder = new Forwarder({
      source: { after, close: () => undefined }, progress, clock, random: () => 1, origin: NOWHERE, prepare: () => Promise.resolve(false),
      write: (points) => new Promise((answer) => void sent.push({ batch: Number(points[0]?.fields['battery']), points: points.length, answer })),
      listener: { moved: ({ position }) => void moved.push(position / size), refused: () => undefined, stalled: () => undefined }
    })
  })
  const begin = (to = BATCHES * BATCH): void => {
    head = to
    forwarder.open(head)
    forwarder.start()
  }
  afterEach(async () => {
    const stopped = forwarder.stop()
    for (const { answer } of sent) answer(FAILED)
    await stopped
    progress.close()
    folder.remove()
  })

  const underWay = (...batches: number[]): Promise<unknown> => eventually(`${batches.join()} were sent`, () => sent.map(({ batch }) => batch).join() === batches.join())
  const reached = (batch: number): Promise<unknown> => eventually(`batch ${batch} is over`, () => moved.at(-1) === batch)

  it('are three at a time, and the mark moves over them in their order, whichever is answered first', async () => {
    begin()
    await underWay(1, 2, 3)
    sent[2]?.answer({ type: 'written' })
    sent[1]?.answer({ type: 'written' })
    await new Promise((done) => setImmediate(done))
    expect(progress.mark().position).to.equal(0)
    sent[0]?.answer({ type: 'written' })
    await underWay(1, 2, 3, 4, 5)
    await reached(3)
    expect(moved).to.deep.equal([1, 2, 3])
    expect(progress.mark().position).to.equal(3 * BATCH)
  })

  it('become one when one fails, until that is written; what was sent behind it is sent again', async () => {
    begin()
    await underWay(1, 2, 3)
    sent[0]?.answer({ type: 'written' })
    await underWay(1, 2, 3, 4)
    sent[1]?.answer(FAILED)
    sent[2]?.answer({ type: 'written' })
    sent[3]?.answer({ type: 'written' })
    await eventually('it is tried again', () => {
      clock.tick(100)
      return sent.length === 5
    })
    expect([sent[4]?.batch, progress.mark().position]).to.deep.equal([2, BATCH])
    sent[4]?.answer({ type: 'written' })
    await underWay(1, 2, 3, 4, 2, 3, 4, 5)
    for (const { answer } of sent) answer({ type: 'written' })
    await reached(BATCHES)
    expect(moved).to.deep.equal([1, 2, 3, 4, 5])
  })

  it('wait a second for more, and not for a clock that was put back', async () => {
    size = 1
    begin(1)
    await underWay(1)
    sent[0]?.answer({ type: 'written' })
    await reached(1)
    clock.set(clock.now() - 3_600_000)
    head = 2
    forwarder.advance(head)
    await new Promise((done) => setImmediate(done))
    expect(sent).to.have.length(1)
    clock.tick(1_000)
    await underWay(1, 2)
  })

  it('become smaller where the way is too slow for them, and never without end', async () => {
    const late: WriteAnswer = { ...FAILED, late: true }
    size = 150
    begin(150)
    await underWay(1)
    const answered = async (answer: WriteAnswer): Promise<void> => {
      const n = sent.length
      sent.at(-1)?.answer(answer)
      await eventually('the next is sent', () => {
        clock.tick(10_000)
        return sent.length > n
      })
    }
    for (const answer of [late, late, late, late, late, { type: 'written' } as const]) await answered(answer)
    expect(sent.map(({ points }) => points)).to.deep.equal([150, 150, 75, 75, 75, 75, 75])
    sent.at(-1)?.answer({ type: 'written' })
    await reached(1)
    // From then on small ones are made at once, and a little larger each time that one is through.
    await eventually('more is looked for', () => asked.at(-1) !== BATCH)
    expect(asked.at(-1)).to.equal(200)
  })
})
