import { request } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { LineSplitter, MAX_LINE_BYTES } from '../../../services/api/lines.ts'
import { eventually } from '../../support/eventually.ts'
import { furnish, startHouse } from '../../support/house.ts'
import type { House } from '../../support/house.ts'

interface Answer {
  readonly id: string | null
  readonly token?: string
  readonly line?: number
  readonly error?: { readonly code: string; readonly path: string; readonly message: string }
}
const door = (n: number): string => JSON.stringify({ id: `c07-door-${n}`, kind: 'door', compound: 'c07', location: { building: 'b01' } })

describe('An import', () => {
  let house: House
  let token: string
  beforeEach(async () => {
    house = await startHouse()
    await furnish(house, 'c07', 'c08')
    token = await house.token('administrator', 'all')
  })
  afterEach(() => house.stop())

  async function send(body: string | Uint8Array): Promise<Answer[]> {
    const answer = await house.call('POST', '/api/v1/devices/import', { token, body, headers: { 'content-type': 'application/x-ndjson' } })
    expect(answer.status).to.equal(200)
    return answer.text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Answer)
  }
  function stream(): { sent: ClientRequest; answers: Answer[]; ended: Promise<void> } {
    const answers: Answer[] = []
    const sent = request(`${house.url}/api/v1/devices/import`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' } })
    const ended = new Promise<void>((resolve) => {
      sent.on('error', () => resolve())
      sent.on('response', (response: IncomingMessage) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
            answers.push(JSON.parse(text.slice(0, end)) as Answer)
            text = text.slice(end + 1)
          }
        })
        response.on('close', resolve)
      })
    })
    return { sent, answers, ended }
  }

  it('answers every line in order, says what is wrong with which, and goes on', async () => {
    const lines = [
      door(1), '', '{"id":', '{"id":"c07-door-2","kind":"lift","compound":"c07","location":{}}', door(1), '{"id":"c99-door-1","kind":"door","compound":"c99","location":{"building":"b01"}}',
      'null', `"${'x'.repeat(MAX_LINE_BYTES)}"`, door(3)
    ]
    const answers = await send(lines.join('\r\n'))
    expect(answers.map((answer) => [answer.id, answer.line, answer.error?.code, answer.error?.path])).to.deep.equal([
      ['c07-door-1', undefined, undefined, undefined],
      [null, 3, 'bad-json', ''],
      ['c07-door-2', 4, 'bad-input', 'kind'],
      ['c07-door-1', 5, 'exists-already', 'id'],
      ['c99-door-1', 6, 'unknown-compound', 'compound'],
      [null, 7, 'bad-input', ''],
      [null, 8, 'too-large', ''],
      ['c07-door-3', undefined, undefined, undefined]
    ])
    expect(answers[2]?.error?.message).to.include('location.building')
    expect(house.directory.devices.has('c07-door-3' as never)).to.equal(true)
  })

  it('takes thousands in actions of at most 500, in their order', async () => {
    const before = house.brain.journal.length
    const answers = await send(Array.from({ length: 3210 }, (_, n) => door(n + 100)).join('\n'))
    expect(answers.map((answer) => answer.id)).to.deep.equal(Array.from({ length: 3210 }, (_, n) => `c07-door-${n + 100}`))
    const sizes = house.brain.journal.slice(before).map((entry) => (entry.type === 'action' ? (entry.action['devices'] as unknown[]).length : 0))
    expect(Math.max(...sizes)).to.be.at.most(500)
    expect(sizes.length).to.be.at.most(14)
  })

  it('answers while the sender is still thinking', async () => {
    const { sent, answers, ended } = stream()
    sent.write(`${door(1)}\n`)
    await eventually('the answer to the first line', () => answers.length === 1)
    sent.end(`${door(2)}\n`)
    await ended
    expect(answers.map((answer) => answer.id)).to.deep.equal(['c07-door-1', 'c07-door-2'])
  })

  it('that is cut off within a line has done what it answered, and nothing of the broken line', async () => {
    const { sent, answers, ended } = stream()
    sent.write(`${door(1)}\n${door(2)}\n${door(3).slice(0, 20)}`)
    await eventually('the answers', () => answers.length === 2)
    sent.destroy()
    await ended
    expect(house.directory.devices.has('c07-door-2' as never)).to.equal(true)
    expect(house.directory.devices.has('c07-door-3' as never)).to.equal(false)
    expect((await house.call('GET', '/healthz')).status).to.equal(200)
  })

  it('does not read on from whoever does not read the answers', async () => {
    const { sent } = stream()
    sent.removeAllListeners('response').on('response', (response: IncomingMessage) => void response.pause())
    // 8 KB that are answered with 16: 64 MB of answers in all, far beyond what the sockets of both sides hold.
    const block = `{"${'x'.repeat(8000)}":1}\n`.repeat(10)
    const blocks = 400
    let accepted = 0
    const push = (): void => {
      accepted += 1
      if (accepted < blocks) sent.write(block, push)
    }
    sent.write(block, push)
    await eventually('the sender to be held up, or to have sent it all', async () => {
      const before = accepted
      await new Promise((resolve) => setTimeout(resolve, 1000))
      return accepted === before
    })
    expect(accepted).to.be.lessThan(blocks)
    const closed = new Promise((resolve) => void sent.once('close', resolve))
    sent.destroy()
    await closed
  })

  it('says for each line when the journal does not take it', async () => {
    house.brain.failure = new Error('disk full')
    expect((await send(`${door(1)}\n`))[0]?.error?.code).to.equal('not-stored')
  })

  it('enrols nothing outside the compounds of the asker, and nothing of another content type', async () => {
    token = await house.token('administrator', ['c08'])
    expect((await send(`${door(1)}\n`))[0]?.error?.code).to.equal('unknown-compound')
    const answer = await house.call('POST', '/api/v1/devices/import', { token, body: door(1) })
    expect(answer.body['code']).to.equal('wrong-content-type')
  })

  it('of nothing answers nothing', async () => {
    expect(await send('')).to.deep.equal([])
    expect(await send('\n\n')).to.deep.equal([])
  })
})

describe('Lines', () => {
  it('are the same however the bytes are cut', () => {
    const bytes = Buffer.from('{"a":1}\n\n门房\r\n"last"')
    for (let size = 1; size <= bytes.length; size += 1) {
      const splitter = new LineSplitter()
      const lines = []
      for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)))
      lines.push(...splitter.end())
      expect(lines).to.deep.equal([{ number: 1, text: '{"a":1}' }, { number: 3, text: '门房' }, { number: 4, text: '"last"' }])
    }
  })

  it('that are not UTF-8 are said to be that', () => {
    const splitter = new LineSplitter()
    expect(splitter.push(Uint8Array.of(0xff, 0x0a))).to.deep.equal([{ number: 1, text: null, fault: 'bad-json' }])
  })
})
