import { expect } from 'chai'
import { UserFault } from '../../devices-sim/faults.ts'
import { helpText } from '../../devices-sim/help.ts'
import { OPTION_NAMES, readOptions } from '../../devices-sim/options.ts'
import { SCENARIOS } from '../../devices-sim/scenarios/catalogue.ts'

describe('The options of the simulator', () => {
  it('are the pilot in real time when nothing is said', () => {
    const options = readOptions([], {})
    expect(options.url.href).to.equal('http://127.0.0.1:3000/')
    expect(options).to.include({ compounds: null, homes: null, seed: 1, rate: 1, at: null, duration: null, connections: 'gateway', replaySpeed: 1 })
    expect(options.scenarios).to.deep.equal([])
  })

  it('read what the contract names', () => {
    const options = readOptions(
      ['--url', 'https://gate:8443', '--token', 't', '--compounds', '2', '--homes=40', '--seed', '9', '--rate', '2.5', '--scenario', 'door-forced,fire', '--at', 'c02',
        '--duration', '25s', '--report', 'r.json'], {})
    expect(options).to.include({ token: 't', compounds: 2, homes: 40, seed: 9, rate: 2.5, at: 'c02', duration: 25_000, report: 'r.json' })
    expect(options.scenarios).to.deep.equal(['door-forced', 'fire'])
    expect(options.url.host).to.equal('gate:8443')
  })

  it('know times in hours, minutes, seconds and milliseconds; a bare number is seconds', () => {
    const duration = (text: string): number | null => readOptions(['--duration', text], {}).duration
    expect(['1h', '10m', '25s', '500ms', '3', '1.5s'].map(duration)).to.deep.equal([3_600_000, 600_000, 25_000, 500, 3_000, 1_500])
  })

  it('take all for every scenario there is', () => {
    expect(readOptions(['--scenario', 'all'], {}).scenarios).to.deep.equal(SCENARIOS.map((one) => one.name))
  })

  it('take secrets from the environment, which an option outdoes', () => {
    expect(readOptions([], { GATEHOUSE_TOKEN: 'env' }).token).to.equal('env')
    expect(readOptions(['--token', 'given'], { GATEHOUSE_TOKEN: 'env' }).token).to.equal('given')
    expect(readOptions(['--user', 'admin'], { GATEHOUSE_PASSWORD: 'p' }).login).to.deep.equal({ user: 'admin', password: 'p' })
  })

  it('are refused all at once, each by its name', () => {
    const faulty = ['--compounds', '0', '--homes', 'x', '--rate', '1e9', '--seed', '-1', '--duration', 'soon', '--scenario', 'flood,fire', '--at', 'c51', '--connections', 'none',
      '--url', 'gate', '--wrong', '1', 'stray', '--user', 'admin', '--replay-speed', '2', '--growth', 'wild']
    const named = ['--compounds', '--homes', '--rate', '--seed', '--duration', 'flood', '--at', '--connections', '--url', '--wrong', 'stray', '--user', '--replay-speed', '--growth']
    try {
      readOptions(faulty, {})
      expect.fail('nothing was refused')
    } catch (thrown) {
      expect(thrown).to.be.instanceOf(UserFault)
      for (const name of named) expect((thrown as UserFault).message).to.contain(name)
    }
  })

  it('keep the terminal screen apart from what starts by itself', () => {
    expect(readOptions(['--interactive', '--lang', 'zh'], {})).to.include({ interactive: true, lang: 'zh' })
    expect(readOptions([], {})).to.include({ interactive: false, lang: null })
    expect(() => readOptions(['--interactive', '--scenario', 'fire'], {})).to.throw(UserFault, '--scenario')
    expect(() => readOptions(['--lang', 'zh'], {})).to.throw(UserFault, '--interactive')
    expect(() => readOptions(['--interactive', '--lang', 'fr'], {})).to.throw(UserFault, '--lang')
  })

  it('say that a value is missing', () => {
    expect(() => readOptions(['--report'], {})).to.throw(UserFault, '--report needs a value')
  })

  it('are all in the help, with every scenario', () => {
    const text = helpText()
    for (const name of OPTION_NAMES) expect(text).to.contain(`--${name}`)
    for (const { name, description } of SCENARIOS) for (const part of [name, description.zh, description.en]) expect(text).to.contain(part)
  })
})
