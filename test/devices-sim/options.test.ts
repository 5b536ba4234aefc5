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
    expect(() => readOptions(['--report', '--scenario', 'fire'], {})).to.throw(UserFault, '--report needs a value')
    for (const name of ['scenario', 'report', 'token', 'seed']) expect(() => readOptions([`--${name}`, ''], {})).to.throw(UserFault, `--${name} needs a value`)
  })

  it('say that there is a value where none belongs, and know nothing that they only have by birth', () => {
    expect(() => readOptions(['--interactive=no'], {})).to.throw(UserFault, '--interactive takes no value')
    for (const name of ['toString', 'constructor', '__proto__']) expect(() => readOptions([`--${name}=1`], {})).to.throw(UserFault, `--${name} is not known`)
  })

  it('name their range for what lies beyond it', () => {
    const refused: [string, string, string][] = [
      ['rate', '0', 'from 0.01 to 100'], ['rate', '-1', 'from 0.01 to 100'], ['rate', 'Infinity', 'from 0.01 to 100'], ['seed', '1.5', 'from 0 to 4294967295'], ['compounds', '1000', 'from 1 to 999'],
      ['homes', '100000', 'from 1 to 5000'], ['duration', '0', 'from 1ms to 1000h'], ['duration', '0.4ms', 'from 1ms to 1000h'], ['duration', '1001h', 'from 1ms to 1000h'], ['duration', '-5s', 'from 1ms to 1000h'],
      ['dark', '9999999999999999999h', 'from 1ms to 1000h'], ['at', 'c51', 'from c01 to c50'], ['at', 'c00', 'from c01 to c50']
    ]
    for (const [name, value, range] of refused) expect(() => readOptions([`--${name}`, value], {}), `${name} ${value}`).to.throw(UserFault, new RegExp(`--${name} .*${range}.*was "${value}"`))
    expect(() => readOptions(['--compounds', '999', '--homes', '5000'], {})).to.throw(UserFault, '400000 at most, was 999 × 5000')
    expect(readOptions(['--duration', '999h', '--dark', '1ms'], {})).to.include({ duration: 3_596_400_000, dark: 1 })
  })

  it('add scenarios up, each once, and take the last one of whatever else is given twice', () => {
    expect(readOptions(['--scenario', 'fire,co', '--scenario', 'co,flame', '--seed', '1', '--seed', '2'], {})).to.deep.include({ scenarios: ['fire', 'co', 'flame'], seed: 2 })
  })

  it('refuse what cannot go together, and a certificate that nobody would look at', () => {
    expect(() => readOptions(['--replay', 'f.csv', '--scenario', 'power-cut'], {})).to.throw(UserFault, '--replay cannot go with --scenario power-cut')
    expect(() => readOptions(['--replay', 'f.csv', '--scenario', 'all'], {})).to.throw(UserFault, '--replay')
    expect(readOptions(['--replay', 'f.csv', '--scenario', 'fire'], {})).to.include({ replay: 'f.csv' })
    expect(() => readOptions(['--ca', 'ca.pem'], {})).to.throw(UserFault, '--ca needs an https --url')
    expect(readOptions(['--ca', 'ca.pem', '--url', 'https://gate'], {})).to.include({ ca: 'ca.pem' })
  })

  it('are all in the help, with every scenario', () => {
    const text = helpText()
    for (const name of OPTION_NAMES) expect(text).to.contain(`--${name}`)
    for (const { name, description } of SCENARIOS) for (const part of [name, description.zh, description.en]) expect(text).to.contain(part)
  })
})
