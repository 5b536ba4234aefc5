import { expect } from 'chai'
import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import type { Journal, JournalEntry, JournalReader, NewEntry } from '../../../services/store/ports.ts'
import { FakeClock } from '../../support/fake-clock.ts'

/** A journal and its reader over one place; `reopen` closes both and opens them anew over the same place. */
export interface OpenedJournal {
  readonly journal: Journal
  readonly reader: JournalReader
  reopen(): Promise<OpenedJournal>
  close(): Promise<void>
}

export function messageOf(n: number, body: Uint8Array = Buffer.from(`{"seq":${n}}`)): NewEntry {
  return {
    type: 'message', device: `c07-smoke-${n}` as DeviceId, compound: 'c07' as CompoundId, kind: 'smoke', channel: 'telemetry',
    via: 'c07-gateway-1' as DeviceId, body, size: body.length
  }
}

/** Appends and waits for the commit; the position. */
export function append(journal: Journal, entry: NewEntry): Promise<number> {
  return new Promise((resolve, reject) => journal.append(entry, (error, position) => error ? reject(error) : resolve(position)))
}

/** All entries, in reads of `limit`. */
export function readAll(reader: JournalReader, limit = 100): JournalEntry[] {
  const all: JournalEntry[] = []
  for (let batch = reader.read(0, limit); batch.length > 0; batch = reader.read(all.at(-1)!.position, limit)) all.push(...batch)
  return all
}

const ONE_OF_EACH: NewEntry[] = [
  { type: 'started', settings: { 'smoke.heat.limit': 57 } },
  messageOf(1),
  { ...messageOf(2), channel: '未知/频道 ✓', via: 'c07-smoke-2' as DeviceId } as NewEntry,
  { ...messageOf(3), body: new Uint8Array(1024).fill(255), size: 400_000 } as NewEntry,
  { ...messageOf(4), body: new Uint8Array(0), size: 0 } as NewEntry,
  { type: 'connected', device: 'c07-door-01' as DeviceId, session: 7, address: '10.0.0.1:5000' },
  { type: 'disconnected', device: 'c07-door-01' as DeviceId, session: 7, reason: 'taken-over' },
  { type: 'violation', device: 'c07-door-01' as DeviceId, code: 'frame-too-large', detail: '243 MB' },
  { type: 'action', actor: '管理员', action: { name: 'alarm.close', alarm: 'a1', cause: 'drill', note: null } },
  { type: 'tick' }
]

/** What every journal has to keep. `open` makes an empty one. */
export function journalContract(name: string, open: (clock: FakeClock) => Promise<OpenedJournal>): void {
  describe(`the journal contract, kept by ${name}`, () => {
    const withJournal = async (use: (opened: OpenedJournal, clock: FakeClock) => Promise<OpenedJournal | void>): Promise<void> => {
      const clock = new FakeClock()
      const opened = await open(clock)
      let last: OpenedJournal = opened
      try {
        last = await use(opened, clock) ?? opened
      } finally {
        await last.close()
      }
    }

    it('is empty at first', () => withJournal(async ({ journal, reader }) => {
      expect(journal.head).to.equal(0)
      expect(reader.head()).to.equal(0)
      expect(reader.first()).to.equal(1)
      expect(reader.read(0, 10)).to.deep.equal([])
    }))

    it('gives every type of entry back as it was appended, with positions without gaps and the time of receipt', () => withJournal(async ({ journal, reader }, clock) => {
      for (const entry of ONE_OF_EACH) await append(journal, entry)
      const read = readAll(reader, 3)
      const plain = (entry: JournalEntry | NewEntry): unknown => entry.type === 'message' ? Object.assign({}, entry, { body: [...entry.body] }) : entry
      expect(read.map(plain)).to.deep.equal(ONE_OF_EACH.map((entry, index) => plain(Object.assign({}, entry, { position: index + 1, at: clock.now() }))))
    }))

    it('calls back in the order of the calls, after the entry can be read', () => withJournal(async ({ journal, reader }) => {
      const positions: number[] = []
      await new Promise<void>((resolve) => {
        for (let n = 1; n <= 2000; n += 1) {
          journal.append(messageOf(n), (error, position) => {
            expect(error).to.equal(null)
            if (n % 500 === 1) expect(reader.read(position - 1, 1)[0]?.position).to.equal(position)
            positions.push(position)
            if (n === 2000) resolve()
          })
        }
        expect(journal.pending).to.equal(2000)
      })
      expect(positions).to.deep.equal(Array.from({ length: 2000 }, (_, index) => index + 1))
      expect(journal.pending).to.equal(0)
      expect(journal.commits.count).to.be.within(1, 2000)
      expect(journal.commits.millis).to.be.greaterThan(0)
      expect(journal.head).to.equal(2000)
    }))

    it('gives bodies back to the byte, whatever they are, and as text only where that is the same', () => withJournal(async ({ journal, reader }) => {
      const odd = ['', '{"ts":1}', '{"ts":1}\u0000{', '\uFEFF{"ts":1}', '{"reason":"门"}', '\uFFFD', '{"a":"é"}'].map((text) => Buffer.from(text))
      const broken = [[0xff], [0x7b, 0xed, 0xa0, 0x80, 0x7d], [0x7b, 0x80, 0x7d], [0xff, 0xd8, 0xff, 0xe0, 0], [0xef, 0xbb, 0xbf]].map((bytes) => Buffer.from(bytes))
      const any = fc.sample(fc.oneof(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), fc.string({ unit: 'binary' }).map((text) => Buffer.from(text))), 300)
      const sent = [...odd, ...broken, ...any]
      await Promise.all(sent.map((body, n) => append(journal, messageOf(n, body))))
      for (const [index, entry] of readAll(reader).entries()) {
        if (entry.type !== 'message') throw new Error('a message was appended')
        expect([...entry.body]).to.deep.equal([...sent[index]!])
        expect(entry.size).to.equal(sent[index]!.length)
        if (entry.text !== undefined) expect([...Buffer.from(entry.text)]).to.deep.equal([...sent[index]!])
        if (entry.text !== undefined) expect(new TextDecoder('utf-8', { fatal: true }).decode(sent[index])).to.equal(entry.text)
      }
    }))

    it('takes bodies of every size, also larger than a batch', () => withJournal(async ({ journal, reader }) => {
      const sizes = [0, 1, 1000, 65_535, 65_536, 300_000, 3]
      await Promise.all(sizes.map((size, n) => append(journal, messageOf(n, Buffer.alloc(size, n)))))
      const bodies = readAll(reader).map((entry) => entry.type === 'message' ? [entry.body.length, entry.body.every((byte) => byte === entry.position - 1)] : null)
      expect(bodies).to.deep.equal(sizes.map((size) => [size, true]))
    }))

    it('tells of each commit with the new head, until the listener ends it', () => withJournal(async ({ journal }) => {
      const heads: number[] = []
      const end = journal.onCommit((head) => heads.push(head))
      await append(journal, messageOf(1))
      await append(journal, messageOf(2))
      end()
      await append(journal, messageOf(3))
      expect(heads).to.deep.equal([1, 2])
    }))

    it('never lets the time of receipt decrease when the wall clock goes back, not even over a restart', () => withJournal(async (opened, clock) => {
      const start = clock.now()
      await append(opened.journal, messageOf(1))
      clock.set(start - 3_600_000)
      await append(opened.journal, messageOf(2))
      const again = await opened.reopen()
      await append(again.journal, messageOf(3))
      clock.set(start + 5)
      await append(again.journal, messageOf(4))
      expect(readAll(again.reader).map((entry) => entry.at)).to.deep.equal([start, start, start, start + 5])
      return again
    }))

    it('goes on at half its pace while the wall clock that was put back is behind it, so that what waits is not for ever, and follows it again', () => withJournal(async (opened, clock) => {
      const start = clock.now()
      await append(opened.journal, messageOf(1))
      clock.set(start - 10_000)
      for (let n = 2; n <= 8; n += 1) {
        await append(opened.journal, messageOf(n))
        clock.tick(4000)
      }
      expect(readAll(opened.reader).map(({ at }) => at - start)).to.deep.equal([0, 0, 2000, 4000, 6000, 6000, 10_000, 14_000])
      return opened
    }))

    it('goes on over days, in one batch too, without a gap', () => withJournal(async (opened, clock) => {
      const day = 86_400_000
      await append(opened.journal, messageOf(1))
      expect(opened.reader.read(0, 10)).to.have.length(1)
      const rest: Promise<number>[] = []
      for (let n = 2; n <= 9; n += 1) {
        clock.tick(day / 3)
        rest.push(append(opened.journal, messageOf(n)))
      }
      expect(await Promise.all(rest)).to.deep.equal([2, 3, 4, 5, 6, 7, 8, 9])
      expect(readAll(opened.reader, 2).map((entry) => entry.position)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9])
      const again = await opened.reopen()
      expect(again.journal.head).to.equal(9)
      expect(again.reader.read(4, 3).map((entry) => entry.position)).to.deep.equal([5, 6, 7])
      expect(await append(again.journal, messageOf(10))).to.equal(10)
      expect(again.reader.head()).to.equal(10)
      return again
    }))

    it('commits what was appended before it is closed, and refuses what comes after', () => withJournal(async (opened) => {
      const appended = append(opened.journal, messageOf(1))
      const again = await opened.reopen()
      expect(await appended).to.equal(1)
      expect(readAll(again.reader)).to.have.length(1)
      const late = await append(opened.journal, messageOf(2)).catch((error: { code: string }) => error.code)
      expect(late).to.equal('journal-closed')
      return again
    }))
  })
}
