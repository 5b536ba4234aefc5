import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { COMMAND_STATES, holdOf } from '../../protocol/command.ts'
import { decodeReport, decodeStatus } from '../../protocol/decode.ts'
import { FAULT_CODES } from '../../protocol/decoded.ts'
import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import { KINDS } from '../../protocol/names.ts'
import { channelOf, parseTopic } from '../../protocol/topics.ts'
import { DEFAULT_SETTINGS } from '../../services/rules/settings.ts'
import { commonTable, limitsTable, tablesOf } from './firmware-tables.ts'

const page = readFileSync(new URL('../../docs/firmware.md', import.meta.url), 'utf8')

function section(name: string): string {
  const [, text] = new RegExp(`<!-- ${name} -->\n([^]*?)\n<!-- /${name} -->`).exec(page) ?? []
  return (text ?? '').trim()
}

/** The publishing lines of the page: topic and body as the shell makes them. */
function published(): { topic: string; body: Uint8Array }[] {
  return [...page.matchAll(/-t (v1\/\S+) -m '([^\n]*)'$/gm)].map(([, topic = '', body = '']) => ({
    topic, body: new TextEncoder().encode(body.replaceAll(/'\$(NOW|EARLIER|LATER)'/g, '1767226800000'))
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

  it('names the states of a command, and the commands that hold, as they are declared', () => {
    const first = (name: string): string[] => section(name).split('\n').slice(2).map((row) => row.split(' | ').slice(0, name === 'holds' ? 2 : 1).join(' ').replaceAll(/[|`]/g, '').trim())
    expect(first('states')).to.deep.equal([...COMMAND_STATES])
    const holding = KINDS.flatMap((kind) => Object.keys(KIND_DEFINITIONS[kind].commands).filter((name) => holdOf(kind, name) !== null).map((name) => `${kind} ${name}`))
    expect(first('holds')).to.deep.equal(holding)
    const { 'command.expiry.door': expiry, 'command.result': result } = DEFAULT_SETTINGS
    expect(section('states')).to.contain(`within ${expiry} s`).and.to.contain(`nothing more ${result} s after`)
  })

  it('names every code of a fault', () => {
    for (const code of [...FAULT_CODES, 'unknown-command', 'command-over']) expect(page, code).to.contain(`\`${code}\``)
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
