import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { readMessage, readMessages } from '../../flows/wire.ts'
import type { FromNodeRed } from '../../flows/messages.ts'
import { systemClock } from '../../services/kernel/clock.ts'
import { eventually } from '../support/eventually.ts'

describe('the wire between the platform and Node-RED', () => {
  it('passes over what is no message, so that nothing a flow writes there ends the platform', () => {
    for (const line of ['', 'x', '{', 'null', '1', '[]', '{}', '{"type":"toString"}', '{"type":"ready"}', '{"type":"ready","port":"80"}', '{"type":"ready","port":0}', '{"type":"ready","port":70000}',
      '{"type":"beat"}', '{"type":"log","level":"fatal","text":"x"}', '{"type":"log","level":"info","text":{}}', '{"type":"dying","text":1}']) {
      expect(readMessage(line), line).to.equal(null)
    }
    const messages: FromNodeRed[] = [{ type: 'ready', port: 1880 }, { type: 'beat', flows: true }, { type: 'log', level: 'warn', text: 'x' }, { type: 'dying', text: 'x' }, { type: 'restart' }]
    for (const message of messages) expect(readMessage(JSON.stringify(message))).to.deep.equal(message)
  })

  it('puts lines together however they come, and forgets one that does not end', async () => {
    const stream = new PassThrough()
    const heard: FromNodeRed[] = []
    const stop = readMessages(stream, { clock: systemClock, period: 5 }, (message) => heard.push(message))
    try {
      stream.write('{"type":"be')
      stream.write('at","flows":true}\n{"type":"restart"}\n')
      for (let part = 0; part < 40; part += 1) stream.write('x'.repeat(32 * 1024))
      stream.write('\n{"type":"beat","flows":false}\n')
      await eventually('the last one', () => heard.length === 3)
      expect(heard).to.deep.equal([{ type: 'beat', flows: true }, { type: 'restart' }, { type: 'beat', flows: false }])
    } finally {
      stop()
    }
  })

  it('reads no more between two looks than a busy Node-RED says', async () => {
    const stream = new PassThrough()
    let heard = 0
    const looks: (() => void)[] = []
    const clock = { ...systemClock, every: (_period: number, look: () => void) => { looks.push(look); return () => undefined } }
    readMessages(stream, { clock, period: 1000 }, () => (heard += 1))
    const line = `${JSON.stringify({ type: 'log', level: 'info', text: 'x'.repeat(1000) })}\n`
    for (let count = 0; count < 2000; count += 1) stream.write(line)
    await eventually('it waits', () => stream.isPaused())
    expect(heard).to.be.greaterThan(200).and.lessThan(600)
    for (const look of looks) look()
    await eventually('it goes on', () => heard > 600 || !stream.isPaused())
  })
})
