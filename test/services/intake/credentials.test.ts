import { expect } from 'chai'
import * as fc from 'fast-check'
import { decodeReport } from '../../../protocol/decode.ts'
import { Credentials } from '../../../services/intake/credentials.ts'

const TOPIC = 'v1/c07/door/c07-door-01/event'
const KEY = 'a key of at least thirty-two characters'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (body: Uint8Array): string => Buffer.from(body).toString()

function credentials(key = KEY): Credentials {
  const made = new Credentials()
  made.hold(key)
  return made
}
const seal = (body: string | object, topic = TOPIC): string => text(credentials().sealed(topic, bytes(typeof body === 'string' ? body : JSON.stringify(body))))
const hashOf = (credential: string): string => (JSON.parse(seal({ credential })) as { credential: string }).credential

describe('Credentials', () => {
  it('become the same hash each time, and another for another credential or key', () => {
    expect(hashOf('04a2c9')).to.match(/^[\w-]{4}-[\w-]{22}$/)
    expect(seal({ ts: 1, type: 'granted', credential: '04a2c9' })).to.equal(`{"ts":1,"type":"granted","credential":"${hashOf('04a2c9')}"}`)
    expect(hashOf('04a2ca')).to.not.equal(hashOf('04a2c9'))
    const other = text(credentials(`${KEY}!`).sealed(TOPIC, bytes('{"credential":"04a2c9"}')))
    expect(other).to.not.contain(hashOf('04a2c9'))
    expect(other.slice(0, 20), 'the key has a name in front of its hashes').to.not.contain(hashOf('04a2c9').slice(0, 5))
  })

  it('leave everything else of a message as it was, to the byte', () => {
    const body = '\ufeff [ {"ts" : 1.0, "seq":12345678901234567890,"credential" :\t"A\\u0042\\"", "zone":"北门 \\"x\\"", "seq":1},\r\n{"credential":"c2"} ]'
    const [first, second] = [hashOf('AB"'), hashOf('c2')]
    expect(seal(body)).to.equal(`\ufeff [ {"ts" : 1.0, "seq":12345678901234567890,"credential" :\t"${first}", "zone":"北门 \\"x\\"", "seq":1},\r\n{"credential":"${second}"} ]`)
  })

  it('are looked for at doors alone, and cost nothing where there are none', () => {
    const sealer = credentials()
    for (const [topic, body] of [[TOPIC, '{"ts":1,"type":"opened"}'], ['v1/c07/camera/c07-camera-001/event', '{"credential":"x9"}'], ['v1/c07/alarms/a1', '{"credential":"x9"}']] as const) {
      const sent = bytes(body)
      expect(sealer.sealed(topic, sent), topic).to.equal(sent)
    }
  })

  it('that are wrong stay wrong in the same way, so that firmware is told', () => {
    for (const value of [12345, true, null, { card: 'x9' }, ['x9'], '', 'x'.repeat(65), 'tab\t9', 'x\u0000']) {
      const body = JSON.stringify({ ts: 1, type: 'granted', credential: value })
      const [before, after] = [body, seal(body)].map((one) => decodeReport('door', 'event', bytes(one)).faults)
      expect(before, JSON.stringify(value)).to.have.length(1)
      expect(after, JSON.stringify(value)).to.deep.equal(before)
    }
  })

  const FORMS: readonly (readonly [string, string])[] = [
    ['a key in escapes', '{"\\u0063reden\\u0074IAL":"S3CRET"}'],
    ['a value in escapes', '{"credential":"S3CR\\u0045T"}'],
    ['another name around it', '{"credentialId":"S3CRET","card_Credential":"S3CRET","CREDENTIALS":["S3CRET"]}'],
    ['a nested object', '{"a":[{"b":{"credential":{"no":"S3CRET","x":[1,"]}"]}}}],"credential":12345}'],
    ['a key given twice', '{"credential":"S3CRET","credential":"S3CRET"}'],
    ['JSON within a text', JSON.stringify(JSON.stringify({ ts: 1, credential: 'S3CRET' }))],
    ['JSON within a text within a text', JSON.stringify({ x: JSON.stringify({ y: JSON.stringify({ credential: 'S3CRET' }) }) })],
    ['a body that was cut off', '{"ts":1,"credential":"S3CRET'],
    ['a body that was cut off behind escapes', '{"ts":1,"\\u0063redential":"S3CRET'],
    ['a comma too much', '{"ts":1,"credential":"S3CRET",}'],
    ['a quote too few', '{"type":"granted,"credential":"S3CRET","a":1}'],
    ['a value without its end', '{"credential":"S3CRET,"type":"granted"}'],
    ['no quotes', '{credential:S3CRET,type:granted}'],
    ['single quotes', "{'credential': 'S3CRET S3CRET', 'a': 1}"],
    ['a form', 'type=granted&credential=S3CRET&a=1'],
    ['words', 'granted credential S3CRET'],
    ['XML', '<credential>S3CRET</credential>'],
    ['a value with a quote in it', '{"credential":"S3"S3CRET","a":}'],
    ['CBOR', '\u00a1jcredentialfS3CRET'],
    ['NUL bytes between the letters', '{"credential":"S3CRET"}'.split('').join('\0')]
  ]
  for (const [title, body] of FORMS) {
    it(`do not get past in ${title}`, () => {
      const sealed = seal(body).replaceAll('\0', '')
      expect(sealed).to.not.contain('S3CR').and.not.contain('12345')
      expect(sealed.length).to.be.greaterThan(2)
    })
  }

  it('are hidden in bytes that are no text', () => {
    const body = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"credential":"S3CRET"}')])
    expect(text(credentials().sealed(TOPIC, body))).to.not.contain('S3CRET')
  })

  it('leave a broken body readable where nobody is in it', () => {
    expect(seal('{"ts":1,"type":"granted","credential":"S3CRET","direction":}')).to.equal('{"ts":1,"type":"granted","credential":"***","direction":}')
    expect(seal({ type: 'denied', reason: 'unknown-credential', method: 'card' })).to.equal('{"type":"denied","reason":"unknown-credential","method":"card"}')
  })

  it('are found in whatever JSON they stand in, and valid JSON stays valid', () => {
    const secret = fc.string({ minLength: 6, maxLength: 64, unit: fc.constantFrom('S', '"', '\\', '/', '北', '{', '}', '[', ']', ',', ':', ' ') }).map((one) => `#7${one}7#`)
    const value = fc.jsonValue({ maxDepth: 3 })
    fc.assert(fc.property(value, secret, value, fc.boolean(), fc.constantFrom('credential', 'Credential', 'x-credential'), (left, credential, right, pretty, name) => {
      const body = JSON.stringify([left, { a: left, [name]: credential, z: right }, right], null, pretty ? 2 : 0)
      const sealed = JSON.parse(seal(body)) as unknown[]
      const there = sealed[1] as Record<string, unknown>
      expect(there[name]).to.be.a('string').and.not.equal(credential)
      expect([sealed[0], there['a'], there['z'], sealed[2]]).to.deep.equal(JSON.parse(JSON.stringify([left, left, right, right])))
    }), { numRuns: 300 })
  })

  it('are hashed as often as a message that can be used has them, and hidden beyond', () => {
    const many = seal(`{${Array.from({ length: 2000 }, (_, n) => `"credential":"card-${n}"`).join(',')}}`)
    expect(many).to.not.contain('card-')
    expect(many.match(/"[\w-]{27}"/g)).to.have.length(500)
  })
})
