import { expect } from 'chai'
import { FAULT_CODES } from '../../protocol/decoded.ts'
import { decodeReport, decodeStatus } from '../../protocol/decode.ts'
import { MAX_ELEMENTS, MAX_OBJECT_BYTES } from '../../protocol/limits.ts'
import { isTextKey, translator } from '../../dashboards/src/i18n/text.ts'
import { refusalText } from '../../dashboards/src/live/refusal.ts'
import { oddTime } from '../../services/intake/time.ts'

const zh = translator('zh')
const en = translator('en')
const bytes = (body: unknown): Uint8Array => new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
/** What the screen says of what the platform found in it. */
const said = (channel: 'telemetry' | 'event', body: unknown): string[] =>
  decodeReport('smoke', channel, bytes(body)).faults.map((fault) => refusalText(zh, 'zh', { ...fault, channel }, 'smoke'))

describe('why something was refused, on the screen', () => {
  it('is said in Chinese with the field, its rule and what was found', () => {
    expect(said('telemetry', { ts: 1, co: 5, temperature: 300, obscuration: 'x'.repeat(9), alarm: 1, battery: null, rssi: [] })).to.have.members([
      '减光率应为 0 到 100 的数 (%/m)，实际是 "xxxxxxxxx"', '温度应为 -40 到 125 的数 (°C)，实际是 300', '电量应为 0 到 100 的数 (%)，实际是 null',
      '信号强度应为 -150 到 0 的数 (dBm)，实际是列表', '火警应为 true 或 false，实际是 1'
    ])
  })

  it('names what every message carries too', () => {
    expect(said('telemetry', { ts: 'now', boot: 5, temperature: 20 })).to.have.members([
      '时间应为 0 到 8640000000000000 的整数 (ms)，实际是 "now"', '启动标识应为 0 到 16 个字符的文本，实际是 number 类型的值'
    ])
    expect(said('telemetry', { temperature: 20 })[0]).to.include('缺少时间：应为')
  })

  it('counts what is too much, and says what a body was', () => {
    const one = { ts: 1, temperature: 20 }
    expect(said('telemetry', Array.from({ length: MAX_ELEMENTS + 1 }, () => one))).to.deep.equal([`条数过多：最多 ${MAX_ELEMENTS} 条，实际 ${MAX_ELEMENTS + 1} 条`])
    expect(said('telemetry', { ...one, note: 'x'.repeat(MAX_OBJECT_BYTES) })[0]).to.match(new RegExp(`^过大：最多 ${MAX_OBJECT_BYTES} 字节，实际 \\d+ 字节$`))
    expect(said('telemetry', '[1]')).to.deep.equal(['内容应为一个对象，实际是 1'])
    expect(said('telemetry', { ts: 1 })[0]).to.match(/^没有可用的字段：至少要有 .*temperature.* 之一$/)
    expect(said('telemetry', '{')[0]).to.match(/^内容不是 JSON（.+）$/)
    expect(said('telemetry', [])).to.deep.equal(['内容为空'])
  })

  it('says in Chinese what closed a connection, and what a time is that is not believed', () => {
    const text = (code: string, message: string): string => refusalText(zh, 'zh', { code, path: '', message, channel: '' }, 'smoke')
    expect(text('topic-refused', 'it may not publish on v1/c07/door/s1/telemetry')).to.match(/^主题不是这台设备可以发布的.*：v1\/c07\/door\/s1\/telemetry$/)
    expect(text('clock-suspect', oddTime(1_795_402_043, true))).to.contain('看来是秒')
    expect(text('clock-suspect', oddTime(0, false))).to.contain('相差太远')
  })

  it('has words for every fault, also in English, and keeps the platform’s own for one that is newer', () => {
    for (const code of FAULT_CODES) expect(isTextKey(`refused.${code}`), code).to.equal(true)
    const [fault] = decodeStatus(bytes({ state: 'perhaps' })).faults
    expect(refusalText(en, 'en', { ...fault!, channel: 'status' }, null)).to.equal('State must be one of online, offline, was "perhaps"')
    expect(refusalText(zh, 'zh', { code: 'new-in-2031', path: '', message: 'something new', channel: 'telemetry' }, null)).to.equal('something new')
    expect(refusalText(zh, 'zh', { code: 'too-many', path: '', message: 'in other words', channel: 'telemetry' }, null)).to.equal('in other words')
  })
})
