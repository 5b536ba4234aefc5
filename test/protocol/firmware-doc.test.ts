import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { decodeReport, decodeStatus } from '../../protocol/decode.ts'
import { FAULT_CODES } from '../../protocol/decoded.ts'
import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import { KINDS } from '../../protocol/names.ts'
import { channelOf, parseTopic } from '../../protocol/topics.ts'
import { commonTable, limitsTable, tablesOf } from './firmware-tables.ts'

const page = readFileSync(new URL('../../docs/firmware.md', import.meta.url), 'utf8')

function section(name: string): string {
  const [, text] = new RegExp(`<!-- ${name} -->\n([^]*?)\n<!-- /${name} -->`).exec(page) ?? []
  return (text ?? '').trim()
}

/** The publishing lines of the page: topic and body as the shell makes them. */
function published(): { topic: string; body: Uint8Array }[] {
  return [...page.matchAll(/-t (v1\/\S+) -m '([^\n]*)'$/gm)].map(([, topic = '', body = '']) => ({
    topic, body: new TextEncoder().encode(body.replaceAll("'$NOW'", '1767226800000'))
  }))
}

describe('The page for firmware developers', () => {
  for (const kind of KINDS) {
    it(`has the tables of ${kind} as they are declared`, () => {
      expect(section(kind)).to.equal(tablesOf(KIND_DEFINITIONS[kind]))
    })
  }

  it('has the common fields and the limits as they are declared', () => {
    expect(section('common')).to.equal(commonTable())
    expect(section('limits')).to.equal(limitsTable())
  })

  it('names every code of a fault', () => {
    for (const code of FAULT_CODES) expect(page, code).to.contain(`\`${code}\``)
  })

  it('has publishing lines that are right, but for the one that shows what is wrong', () => {
    const faults = []
    for (const { topic, body } of published()) {
      const parsed = parseTopic(topic)!
      const channel = channelOf(parsed.kind, parsed.channel)!
      if (channel.name === 'status') faults.push(...decodeStatus(body).faults)
      else if (channel.name === 'telemetry' || channel.name === 'event') faults.push(...decodeReport(parsed.kind, channel.name, body).faults)
      else expect.fail(topic)
    }
    expect(published()).to.have.length(6)
    expect(faults.map(({ message }) => message)).to.deep.equal(['temperature must be a number from -40 to 125 (°C), was 300'])
    expect(page).to.contain(`"message":"${faults[0]?.message}","path":"temperature","channel":"telemetry","boot":"a1","seq":5`)
  })
})
