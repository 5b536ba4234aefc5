import { expect } from 'chai'
import * as fc from 'fast-check'
import { decodeCommandResult, decodeReport, decodeStatus } from '../../protocol/decode.ts'
import type { Decoded } from '../../protocol/decoded.ts'
import { KINDS } from '../../protocol/names.ts'
import type { Kind } from '../../protocol/names.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
/** From the bytes; from the text in them, which has to come to the same. */
function decode(kind: Kind, channel: 'telemetry' | 'event', body: unknown): Decoded {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const decoded = decodeReport(kind, channel, bytes(text))
  if (text.length < 10_000 && !text.startsWith('\uFEFF')) expect(decodeReport(kind, channel, text)).to.deep.equal(decoded)
  return decoded
}
const telemetry = (kind: Kind, body: unknown): Decoded => decode(kind, 'telemetry', body)
const event = (kind: Kind, body: unknown): Decoded => decode(kind, 'event', body)
const codes = (decoded: { faults: Decoded['faults'] }): string[] => decoded.faults.map(({ code, path, refused }) => `${code} ${path}${refused ? ' refused' : ''}`)

describe('a report that is right', () => {
  it('gives its values, its common fields and no fault', () => {
    const body = { ts: 1_763_840_000_000, boot: '4f2a', seq: 7, historical: true, obscuration: 0.2, temperature: -40, alarm: false, rssi: -71 }
    const { items, faults, unknownFields } = telemetry('smoke', body)
    expect(faults).to.deep.equal([])
    expect(unknownFields).to.deep.equal([])
    expect(items).to.deep.equal([{
      index: 0, ts: body.ts, boot: '4f2a', seq: 7, historical: true, salvaged: false, type: null, raw: body,
      values: { obscuration: 0.2, temperature: -40, alarm: false, rssi: -71 }
    }])
  })

  it('may be a list of up to 500', () => {
    const list = Array.from({ length: 500 }, (_, index) => ({ ts: index, battery: 50 }))
    const { items, faults } = telemetry('door', list)
    expect(faults).to.deep.equal([])
    expect(items.map(({ index, ts }) => [index, ts])).to.deep.equal(list.map(({ ts }) => [ts, ts]))
  })

  it('may be an event with further fields', () => {
    const { items, faults } = event('door', { ts: 1, type: 'granted', method: 'card', credential: 'x9', direction: 'in' })
    expect(faults).to.deep.equal([])
    expect(items[0]).to.deep.include({ type: 'granted', values: { method: 'card', credential: 'x9', direction: 'in' } })
  })

  it('may begin with a byte order mark, hold a boot of 16 characters, and -0', () => {
    const { items, faults } = telemetry('smoke', `\uFEFF{"ts":-0,"boot":"${'启'.repeat(16)}","rssi":-0}`)
    expect(faults).to.deep.equal([])
    expect(Object.is(items[0]?.ts, 0)).to.equal(true)
    expect(Object.is(items[0]?.values['rssi'], 0)).to.equal(true)
  })
})

describe('a faulty optional field', () => {
  it('is left out and reported with its path in plain words, and the rest is used', () => {
    const { items, faults } = telemetry('smoke', { ts: 1, boot: 'b', seq: 3, temperature: 300, co: null, obscuration: 2 })
    expect(items[0]?.values).to.deep.equal({ obscuration: 2 })
    expect(faults.map(({ message }) => message)).to.deep.equal([
      'temperature must be a number from -40 to 125 (°C), was 300', 'co must be a number from 0 to 2000 (ppm), was null'
    ])
    expect(faults[0]).to.deep.include({ code: 'out-of-range', path: 'temperature', refused: false, boot: 'b', seq: 3 })
    expect(faults[1]).to.deep.include({ code: 'wrong-type', path: 'co', refused: false })
  })

  it('in a list is named with its place', () => {
    const { items, faults } = telemetry('smoke', [{ ts: 1, co: 1 }, { ts: 2, co: 'much', battery: 5 }])
    expect(items.map(({ index, values }) => [index, values])).to.deep.equal([[0, { co: 1 }], [1, { battery: 5 }]])
    expect(faults.map(({ path, message }) => [path, message])).to.deep.equal([['[1].co', '[1].co must be a number from 0 to 2000 (ppm), was "much"']])
  })

  it('is one that no double can hold, or that is infinite', () => {
    expect(codes(telemetry('smoke', '{"ts":1,"co":1e999,"battery":1}'))).to.deep.equal(['out-of-range co'])
    expect(codes(telemetry('smoke', '{"ts":1,"seq":9007199254740993,"battery":1}'))).to.deep.equal(['out-of-range seq refused'])
  })

  it('that may hold a credential is not repeated in the message', () => {
    const [fault] = event('door', { ts: 1, type: 'granted', credential: 'secret'.repeat(20) }).faults
    expect(fault?.message).to.match(/^credential must be text of 1 to 64 characters.*was text of 120 characters$/)
  })

  it('is a snapshot ref that cannot stand in a topic', () => {
    expect(codes(event('camera', { ts: 1, type: 'motion', ref: '../x' }))).to.deep.equal(['out-of-range ref'])
  })
})

describe('an object is refused', () => {
  it('for a faulty common field', () => {
    const good = { ts: 1, battery: 5 }
    const faulty: [object, string][] = [
      [{ battery: 5 }, 'missing ts refused'], [{ ...good, ts: '1' }, 'wrong-type ts refused'], [{ ...good, ts: 1.5 }, 'wrong-type ts refused'],
      [{ ...good, ts: -1 }, 'out-of-range ts refused'], [{ ...good, ts: 8.64e15 + 1 }, 'out-of-range ts refused'], [{ ...good, ts: null }, 'wrong-type ts refused'],
      [{ ...good, boot: 'x'.repeat(17) }, 'out-of-range boot refused'], [{ ...good, boot: 5 }, 'wrong-type boot refused'],
      [{ ...good, seq: -1 }, 'out-of-range seq refused'], [{ ...good, seq: 0.5 }, 'wrong-type seq refused'], [{ ...good, historical: 'yes' }, 'wrong-type historical refused']
    ]
    for (const [body, code] of faulty) {
      const decoded = telemetry('smoke', body)
      expect(codes(decoded), JSON.stringify(body)).to.deep.equal([code])
      expect(decoded.items).to.deep.equal([])
    }
    expect(telemetry('smoke', { ...good, ts: 8.64e15 }).items).to.have.length(1)
  })

  it('when it is empty or holds nothing usable', () => {
    expect(codes(telemetry('smoke', {}))).to.deep.equal(['empty  refused'])
    expect(codes(telemetry('smoke', []))).to.deep.equal(['empty  refused'])
    expect(codes(telemetry('smoke', { ts: 1 }))).to.deep.equal(['nothing-usable  refused'])
    expect(codes(telemetry('smoke', { ts: 1, humidity: 5 }))).to.deep.equal(['nothing-usable  refused'])
    expect(codes(telemetry('smoke', { ts: 1, co: -1 }))).to.deep.equal(['out-of-range co refused', 'nothing-usable  refused'])
  })

  it('alone: its neighbours in the list stand', () => {
    const decoded = telemetry('smoke', [{ ts: 1, co: 1 }, {}, 5, null, [], { co: 1 }, { ts: 2, co: 2 }])
    expect(decoded.items.map(({ index }) => index)).to.deep.equal([0, 6])
    expect(codes(decoded)).to.deep.equal([
      'empty [1] refused', 'wrong-type [2] refused', 'wrong-type [3] refused', 'wrong-type [4] refused', 'missing [5].ts refused'
    ])
  })

  it('for an event type that is missing or is no text', () => {
    expect(codes(event('door', { ts: 1 }))).to.deep.equal(['missing type refused'])
    expect(codes(event('door', { ts: 1, type: 5 }))).to.deep.equal(['wrong-type type refused'])
    expect(codes(event('door', { ts: 1, type: 'x'.repeat(65) }))).to.deep.equal(['out-of-range type refused'])
  })

  it('when the body is not JSON, not UTF-8, no object, too long or too large', () => {
    expect(codes(telemetry('smoke', ''))).to.deep.equal(['not-json  refused'])
    expect(codes(telemetry('smoke', '{"ts":NaN}'))).to.deep.equal(['not-json  refused'])
    expect(codes(decodeReport('smoke', 'telemetry', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])))).to.deep.equal(['not-utf8  refused'])
    for (const body of ['5', 'null', '"x"', 'true']) expect(codes(telemetry('smoke', body)), body).to.deep.equal(['wrong-type  refused'])
    expect(codes(telemetry('smoke', Array.from({ length: 501 }, () => ({ ts: 1, co: 1 }))))).to.deep.equal(['too-many  refused'])
    expect(codes(telemetry('smoke', { ts: 1, co: 1, pad: 'x'.repeat(65_536) }))).to.deep.equal(['too-large  refused'])
    expect(codes(telemetry('smoke', [{ ts: 1, co: 1, pad: 'x'.repeat(262_144) }]))).to.deep.equal(['too-large  refused'])
    expect(telemetry('smoke', [{ ts: 1, co: 1, pad: 'x'.repeat(100_000) }]).items).to.have.length(1)
  })
})

describe('what is about life safety', () => {
  it('comes out of an object that is refused for something else, and nothing but that', () => {
    const [item] = telemetry('smoke', { boot: 'b', seq: 4, alarm: true, obscuration: 30, temperature: 900 }).items
    expect(item).to.deep.include({ salvaged: true, ts: null, boot: 'b', seq: 4, historical: false, values: { alarm: true }, type: null })
    for (const [kind, type] of [['smoke', 'alarm'], ['smoke', 'call-point'], ['door', 'duress']] as const) {
      expect(event(kind, { ts: 'now', type, historical: 5 }).items[0], type).to.deep.include({ salvaged: true, ts: null, type, values: {}, historical: false })
    }
  })

  it('keeps the common fields that are right', () => {
    expect(telemetry('smoke', { ts: 9, historical: true, seq: -1, alarm: true }).items[0]).to.deep.include({ salvaged: true, ts: 9, historical: true, seq: null })
  })

  it('comes out of a list that is too long and of a body that is too large', () => {
    const list = Array.from({ length: 501 }, (_, ts) => (ts === 500 ? { ts, alarm: true } : { ts, alarm: false }))
    expect(telemetry('smoke', list).items).to.have.length(1)
    expect(telemetry('smoke', list).items[0]).to.deep.include({ index: 500, salvaged: true, ts: 500, values: { alarm: true } })
    expect(event('door', { ts: 1, type: 'duress', pad: 'x'.repeat(65_536) }).items[0]).to.deep.include({ salvaged: true, type: 'duress' })
  })

  it('is not an alarm that is off, is no boolean, or belongs to another kind of device', () => {
    for (const alarm of [false, 'true', 1, null]) expect(telemetry('smoke', { alarm }).items).to.deep.equal([])
    expect(telemetry('door', { alarm: true }).items).to.deep.equal([])
    expect(event('door', { type: 'alarm' }).items).to.deep.equal([])
    expect(event('door', { type: 'granted' }).items).to.deep.equal([])
  })

  it('is not salvaged where nothing is refused', () => {
    expect(telemetry('smoke', { ts: 1, alarm: true, temperature: 300 }).items[0]).to.deep.include({ salvaged: false, values: { alarm: true } })
  })
})

describe('what the platform does not know', () => {
  it('is left out and told as a warning, each name once', () => {
    const { items, faults, unknownFields } = telemetry('smoke', [{ ts: 1, co: 1, humidity: 4 }, { ts: 2, co: 1, humidity: 4, vendor: {} }])
    expect(items.map(({ values }) => values)).to.deep.equal([{ co: 1 }, { co: 1 }])
    expect(faults).to.deep.equal([])
    expect(unknownFields).to.deep.equal(['humidity', 'vendor'])
  })

  it('is limited in number and length', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${'x'.repeat(100)}${index}`, 1]))
    expect(telemetry('smoke', { ts: 1, co: 1, ...many }).unknownFields).to.deep.equal(['x'.repeat(64)])
    const names = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, 1]))
    expect(telemetry('smoke', { ts: 1, co: 1, ...names }).unknownFields).to.have.length(20)
  })

  it('is an event type that is stored and reported', () => {
    const decoded = event('door', { ts: 1, type: 'propped', method: 'card' })
    expect(decoded.items[0]).to.deep.include({ type: 'propped', values: { method: 'card' }, salvaged: false })
    expect(codes(decoded)).to.deep.equal(['unknown-event-type type'])
    expect(decoded.faults[0]?.message).to.match(/^type "propped" is not known as an event of a door; it is stored. Known are granted, /)
  })
})

describe('a hostile body', () => {
  it('does not reach any prototype', () => {
    const { items, faults, unknownFields } = telemetry('smoke', '{"__proto__":{"ts":5,"alarm":true},"constructor":1,"co":1}')
    expect(items).to.deep.equal([])
    expect(faults.map(({ code }) => code)).to.deep.equal(['missing'])
    expect(unknownFields).to.deep.equal(['__proto__', 'constructor'])
    expect(({} as { alarm?: unknown }).alarm).to.equal(undefined)
    expect(telemetry('smoke', '{"__proto__":{"co":5},"ts":1,"battery":1}').items[0]?.values).to.deep.equal({ battery: 1 })
  })

  it('may be nested as deep as it likes; what is kept of it can be walked', () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    const decoded = telemetry('smoke', `{"ts":1,"alarm":true,"x":${deep}}`)
    expect(codes(decoded)).to.deep.equal(['too-deep '])
    expect(decoded.items[0]?.raw).to.deep.equal({ ts: 1, alarm: true })
    expect(codes(telemetry('smoke', deep))).to.deep.equal(['wrong-type [0] refused'])
    const salvaged = telemetry('smoke', `{"alarm":true,"x":${deep}}`).items[0]
    expect(JSON.stringify(salvaged)).to.contain('"alarm":true')
  })

  it('has the last of two equal keys count', () => {
    expect(telemetry('smoke', '{"ts":1,"co":1,"co":2}').items[0]?.values).to.deep.equal({ co: 2 })
  })

  it('never throws, whatever it is, and every item of it can be used', () => {
    const channel = fc.constantFrom('telemetry' as const, 'event' as const)
    const known = fc.record({
      ts: fc.oneof(fc.nat(), fc.jsonValue()), boot: fc.oneof(fc.string(), fc.jsonValue()), seq: fc.oneof(fc.nat(), fc.jsonValue()),
      historical: fc.oneof(fc.boolean(), fc.jsonValue()), alarm: fc.oneof(fc.boolean(), fc.jsonValue()), type: fc.oneof(fc.constantFrom('alarm', 'granted'), fc.jsonValue()),
      temperature: fc.jsonValue(), battery: fc.oneof(fc.nat(100), fc.jsonValue())
    }, { requiredKeys: [] })
    const body = fc.oneof(
      fc.json().map(bytes), known.map((value) => bytes(JSON.stringify(value))), fc.array(known).map((value) => bytes(JSON.stringify(value))),
      fc.uint8Array(), fc.string().map(bytes)
    )
    fc.assert(fc.property(fc.constantFrom(...KINDS), channel, body, (kind, channel, body) => {
      const { items, faults } = decodeReport(kind, channel, body)
      expect(items.length + faults.length).to.be.greaterThan(0)
      for (const item of items) {
        if (!item.salvaged) expect(item.ts).to.be.a('number')
        if (channel === 'telemetry') expect(Object.keys(item.values)).not.to.deep.equal([])
        else expect(item.type).to.be.a('string')
      }
      for (const fault of faults) expect(fault.message).not.to.equal('')
      decodeStatus(body)
      decodeCommandResult(body)
    }), { numRuns: 500 })
  })
})

describe('status', () => {
  it('is read with what is right in it', () => {
    expect(decodeStatus(bytes('{"state":"online","boot":"b1","firmware":"1.2","model":"X","uptime":5}'))).to.deep.equal({
      status: { state: 'online', boot: 'b1', firmware: '1.2', model: 'X' }, faults: [], unknownFields: ['uptime']
    })
    const partly = decodeStatus(bytes('{"state":"offline","boot":5}'))
    expect(partly.status).to.deep.equal({ state: 'offline', boot: null, firmware: null, model: null })
    expect(codes(partly)).to.deep.equal(['wrong-type boot'])
  })

  it('is refused without a state that is known', () => {
    for (const [body, code] of [['{}', 'missing state refused'], ['{"state":"asleep"}', 'out-of-range state refused'], ['[]', 'wrong-type  refused'], ['', 'not-json  refused']] as const) {
      const decoded = decodeStatus(bytes(body))
      expect(decoded.status, body).to.equal(null)
      expect(codes(decoded), body).to.deep.equal([code])
    }
  })
})

describe('the result of a command', () => {
  it('is read, with or without a message', () => {
    expect(decodeCommandResult(bytes('{"state":"done"}'))).to.deep.equal({ result: { state: 'done', message: null }, faults: [], unknownFields: [] })
    expect(decodeCommandResult(bytes('{"state":"failed","message":"bolt stuck"}')).result).to.deep.equal({ state: 'failed', message: 'bolt stuck' })
  })

  it('is refused without a state that is known, or when it is too large', () => {
    expect(codes(decodeCommandResult(bytes('{"state":"Done"}')))).to.deep.equal(['out-of-range state refused'])
    expect(codes(decodeCommandResult(bytes(`{"state":"done","pad":"${'x'.repeat(65_536)}"}`)))).to.deep.equal(['too-large  refused'])
  })
})
