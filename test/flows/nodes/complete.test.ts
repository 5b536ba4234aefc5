import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { shipped } from '../shipped/house.ts'
import type { ShippedNode } from '../shipped/house.ts'
import { NODE_NAMES } from './bench.ts'

const ROOT = join(import.meta.dirname, '../../..')
const NODES = join(ROOT, 'flows/nodes')
const CHINESE = /\p{Script=Han}/u
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')
const typeOf = (name: string): string => (name === 'gatehouse' ? name : `gatehouse-${name}`)
const keysOf = (value: object, at = ''): string[] => Object.entries(value).flatMap(([key, one]: [string, unknown]) => typeof one === 'object' && one !== null ? keysOf(one, `${at}${key}.`) : [at + key])

function examples(folder: string): Map<string, ShippedNode[]> {
  const names = readdirSync(join(NODES, 'examples', folder))
  return new Map(names.map((name) => [name, JSON.parse(read(NODES, 'examples', folder, name)) as ShippedNode[]]))
}

/** The connection to the platform that is shipped: an example that brought its own would collide with the next one. */
const PLATFORM = 'gh-platform'

/** Wires that lead nowhere, nodes of unknown flows, a missing connection to the platform. */
function faultsOf(flow: readonly ShippedNode[]): string[] {
  const ids = new Set(flow.map(({ id }) => id))
  const wires = flow.flatMap(({ id, wires = [] }) => wires.flat().filter((to) => !ids.has(to)).map((to) => `${id} → ${to}`))
  const homeless = flow.filter(({ z }) => z !== undefined && !ids.has(z)).map(({ id }) => id)
  const apart = flow.filter((node) => 'gatehouse' in node && node.gatehouse !== PLATFORM).map(({ id }) => `${id} without a platform`)
  return [...wires, ...homeless, ...apart, ...ids.size === flow.length ? [] : ['an id twice']]
}

describe('Each node', () => {
  const tests = read(import.meta.dirname, 'nodes.test.ts')
  for (const name of NODE_NAMES) {
    it(`${name} has a form, help and words in both languages, and a test`, () => {
      const html = read(NODES, `${name}.html`)
      expect(html).to.contain(`data-template-name="${typeOf(name)}"`)
      const words = ['zh-CN', 'en-US'].map((language) => JSON.parse(read(NODES, 'locales', language, `${name}.json`)) as object)
      expect(keysOf(words[0]!)).to.deep.equal(keysOf(words[1]!))
      const used = [...html.matchAll(/data-i18n="(?:\[placeholder\])?([^"]+)"/g)].map(([, key]) => key)
      for (const key of used) expect(keysOf(words[0]!), `${name}.html`).to.include(key)
      for (const [language, isChinese] of [['zh-CN', true], ['en-US', false]] as const) {
        const help = read(NODES, 'locales', language, `${name}.html`)
        expect(help).to.contain(`data-help-name="${typeOf(name)}"`)
        expect(CHINESE.test(help), `${language} ${name}`).to.equal(isChinese)
      }
      expect(tests).to.contain(typeOf(name))
    })
  }

  it('has an example in both languages, in the import menu', () => {
    const folders = [examples('中文'), examples('English')]
    const every = folders.flatMap((folder) => [...folder.values()].flat())
    expect(new Set(every.map(({ id }) => id)).size, 'one after the other, without the question what to do with what is there').to.equal(every.length)
    for (const folder of folders) {
      for (const [name, flow] of folder) {
        expect(faultsOf(flow), name).to.deep.equal([])
        expect(flow.filter(({ type }) => type === 'comment'), name).to.have.lengthOf(1)
      }
      const types = new Set([...folder.values()].flat().map(({ type }) => type))
      expect(NODE_NAMES.map(typeOf).filter((type) => type !== 'gatehouse' && !types.has(type))).to.deep.equal([])
    }
    expect(folders[0]!.size).to.equal(folders[1]!.size)
    for (const flow of folders[1]!.values()) expect(CHINESE.test(JSON.stringify(flow))).to.equal(false)
  })

  it('takes only packages that are there without those for development', () => {
    const { dependencies } = JSON.parse(read(ROOT, 'package.json')) as { dependencies: object }
    const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    const packages = new Set(files.flatMap((name) => [...read(NODES, name).matchAll(/^import .* from '([^.:']+)'$/gm)].map(([, from]) => from)))
    expect([...packages].filter((name) => name !== undefined && !Object.hasOwn(dependencies, name))).to.deep.equal([])
    expect(packages).to.include('mqtt')
  })

  it('is loaded by a file that Node-RED takes', () => {
    for (const name of NODE_NAMES) expect(existsSync(join(NODES, `${name}.cjs`)), name).to.equal(true)
  })
})

describe('Each shipped flow', () => {
  const flows = shipped()
  const tabs = flows.filter(({ type }) => type === 'tab')
  const tests = read(ROOT, 'test/flows/shipped/shipped-flows.test.ts')

  it('is whole, with fixed ids of ours', () => {
    expect(faultsOf(flows)).to.deep.equal([])
    expect(flows.find(({ id }) => id === PLATFORM)?.type).to.equal('gatehouse')
    for (const { id } of flows) expect(id).to.match(/^gh-[a-z-]+$/)
    expect(tabs.map(({ id }) => id)).to.deep.equal(['gh-ebike', 'gh-firelane', 'gh-doors', 'gh-drill', 'gh-daily', 'gh-city'])
  })

  for (const { id, label } of tabs) {
    it(`${label} has a comment of what it does in both languages, somebody who hears of its faults, and a test`, () => {
      const here = flows.filter(({ z }) => z === id)
      const { name = '', info = '' } = here.find(({ type }) => type === 'comment') ?? { id: '', type: '' }
      for (const text of [label ?? '', name, info]) expect(CHINESE.test(text) && /[a-z]{3} [a-z]/.test(text), text).to.equal(true)
      expect(here.some(({ type }) => type === 'catch')).to.equal(true)
      const told = `'${id}`
      expect(tests.includes(told), `${id} in its test`).to.equal(true)
    })
  }

  it('is off where it would tell somebody outside, until an address is set', () => {
    for (const { id, env = [] } of tabs) {
      for (const { name, value } of env) if (name === 'WEBHOOK_URL') expect(value, id).to.equal('')
    }
  })
})
