import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, relative, resolve } from 'node:path'
import { ROUTES } from '../../protocol/routes.ts'
import { readConfig, SECRET_NAMES, SETTING_NAMES } from '../../services/config/config.ts'
import { readCompose } from './compose-file.ts'
import { ignoredBy, readDockerfile, stagesOf } from './dockerfile.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const instructions = readDockerfile(text('Dockerfile'))
const stages = stagesOf(instructions)
const final = stages.at(-1) ?? []
const valueOf = (name: string): string => final.findLast((one) => one.name === name)?.value ?? ''
const imageEnvironment = Object.fromEntries(valueOf('ENV').trim().split(/\s+/).map((pair) => pair.split('=') as [string, string]))
const compose = (variables: Record<string, string> = {}): ReturnType<typeof readCompose> => readCompose(text('docker-compose.yml'), variables)
const platform = (variables?: Record<string, string>) => {
  const service = compose(variables).services['platform']
  if (!service) throw new Error('there is no service called platform')
  return service
}
const platformConfig = (variables?: Record<string, string>) => readConfig({ ...imageEnvironment, ...platform(variables).environment })
/** Node's own; no setting of the platform. */
const FOREIGN = ['NODE_ENV']

describe('the compose file', () => {
  it('sets only what the platform knows', () => {
    const known = [...SETTING_NAMES, ...SECRET_NAMES.map((name) => `${name}_FILE`), ...FOREIGN]
    for (const name of [...Object.keys(platform().environment ?? {}), ...Object.keys(imageEnvironment)]) expect(known).to.include(name)
  })

  it('gives settings that the platform takes, the real defaults where nobody says otherwise', () => {
    const ours = readConfig({})
    const { http, mqtt, dataDir, adminPassword } = platformConfig()
    expect([http.port, mqtt.port]).to.deep.equal([ours.http.port, ours.mqtt.port])
    expect(adminPassword).to.equal(null)
    expect(platform().volumes).to.include(`data:${dataDir}`)
    expect(compose().volumes).to.include.all.keys('data', 'influxdb')
  })

  it('lets the platform listen on all addresses of its container, for nobody reaches the loopback of another', () => {
    const { http, mqtt } = platformConfig({ HTTP_HOST: '127.0.0.1', MQTT_HOST: '127.0.0.1' })
    expect([http.host, mqtt.host]).to.deep.equal(['0.0.0.0', '0.0.0.0'])
    expect([imageEnvironment['HTTP_HOST'], imageEnvironment['MQTT_HOST']]).to.deep.equal(['0.0.0.0', '0.0.0.0'])
  })

  it('opens the ports on which the platform listens, to this machine alone unless told so', () => {
    const { HTTP_HOST, HTTP_PORT, MQTT_PORT, MQTTS_PORT } = defaults()
    expect(platform().ports).to.have.members([HTTP_PORT, MQTT_PORT, MQTTS_PORT].map((port) => `${HTTP_HOST}:${port}:${port}`))
    const moved = { HTTP_HOST: '0.0.0.0', HTTP_PORT: '8080', MQTT_HOST: '10.0.0.7', MQTT_PORT: '2883', MQTTS_PORT: '9883' }
    expect(platform(moved).ports).to.have.members(['0.0.0.0:8080:8080', '10.0.0.7:2883:2883', '10.0.0.7:9883:9883'])
    const { http, mqtt } = platformConfig(moved)
    expect([http.port, mqtt.port, platform(moved).environment?.['MQTTS_PORT']]).to.deep.equal([8080, 2883, '9883'])
  })

  it('lets every other setting be given in one file', () => {
    expect(platform().env_file).to.deep.equal([{ path: '.env', required: false }])
  })

  it('points the platform at the InfluxDB that it starts', () => {
    const { environment = {} } = compose({ INFLUX_PASSWORD: 'abc123' }).services['influxdb'] ?? {}
    const url = new URL(platform({ INFLUX_PASSWORD: 'abc123' }).environment?.['INFLUX_URL'] ?? '')
    expect([url.hostname, url.port, url.pathname]).to.deep.equal(['influxdb', '8086', '/gatehouse'])
    // One that is made by the image would keep everything for ever: the platform makes it, with its retention.
    expect(environment).to.not.have.property('INFLUXDB_DB')
    expect([url.username, url.password]).to.deep.equal([environment['INFLUXDB_ADMIN_USER'], environment['INFLUXDB_ADMIN_PASSWORD']])
    expect(environment['INFLUXDB_HTTP_AUTH_ENABLED']).to.equal('true')
    expect(platform({ INFLUX_URL: 'http://elsewhere:8086/db' }).environment?.['INFLUX_URL']).to.equal('http://elsewhere:8086/db')
  })

  it('runs only the image that is made here, whatever a registry has under that name', () => {
    const ours = Object.values(compose().services).filter(({ image }) => image === platform().image)
    expect(ours.map(({ pull_policy: policy }) => policy)).to.deep.equal(['never', 'never'])
    expect(ours.filter(({ build }) => build !== undefined)).to.have.length(1)
  })

  it('starts everything again after a fall, and never lets the platform wait for InfluxDB', () => {
    for (const service of Object.values(compose().services)) expect(service.restart).to.equal('unless-stopped')
    expect(platform().depends_on).to.equal(undefined)
  })
})

describe('Node-RED in the compose file', () => {
  const flows = () => compose({ HTTP_PORT: '8080', MQTT_PORT: '2883' }).services['flows']

  it('is a container of its own, that the platform knows and no machine outside reaches', () => {
    const { environment = {}, ports, image, command, depends_on } = flows() ?? {}
    expect([ports, depends_on, image]).to.deep.equal([undefined, undefined, platform().image])
    expect(command?.join(' ')).to.equal((JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts['flows'])
    expect(platformConfig().flows).to.deep.equal({ url: `http://flows:${environment['FLOWS_PORT']}`, secret: null, shared: environment['FLOWS_SHARED'] })
    expect([environment['GATEHOUSE_URL'], environment['GATEHOUSE_MQTT_URL']]).to.deep.equal(['http://platform:8080', 'mqtt://platform:2883'])
  })

  it('keeps flows in a volume, and shares the secret with the platform, which alone writes it', () => {
    expect(flows()?.volumes).to.deep.equal(['flows:/data', 'shared:/shared:ro'])
    expect(platform().volumes).to.include('shared:/shared')
    expect(compose().volumes).to.include.all.keys('flows', 'shared')
    expect(flows()?.read_only).to.equal(true)
  })
})

describe('the image', () => {
  it('runs on the Node that the platform asks for', () => {
    const [, needed] = /NEEDED_MAJOR = (\d+)/.exec(text('tools/run.mjs')) ?? []
    for (const [from] of stages) expect(from?.value).to.match(new RegExp(`^node:${needed}-`))
  })

  it('runs as a user without rights, who owns the data, what is shared with flows, and nothing else', () => {
    expect(valueOf('USER')).to.equal('node')
    expect(valueOf('VOLUME')).to.equal(imageEnvironment['DATA_DIR'])
    const owned = final.filter(({ value }) => value.includes('chown')).map(({ value }) => value)
    expect(owned).to.deep.equal([`mkdir ${imageEnvironment['DATA_DIR']} /shared && chown node:node ${imageEnvironment['DATA_DIR']} /shared`])
    expect(platform().read_only).to.equal(true)
  })

  it('exposes the ports of the default settings', () => {
    const { HTTP_PORT, MQTT_PORT, MQTTS_PORT } = defaults()
    expect(valueOf('EXPOSE').split(' ').map(Number)).to.deep.equal([HTTP_PORT, MQTT_PORT, MQTTS_PORT])
  })

  it('copies only what is there and what Docker is sent', () => {
    const ignored = ignoredBy(text('.dockerignore'))
    const sources = instructions.filter(({ name, value }) => name === 'COPY' && !value.startsWith('--from=')).flatMap(({ value }) => value.split(' ').slice(0, -1))
    expect(sources).to.not.be.empty
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).to.equal(true)
      expect(ignored(source), source).to.equal(false)
    }
    for (const kept of ['.git', 'data', '.env', 'node_modules', 'dashboards/dist', 'test']) expect(ignored(kept), kept).to.equal(true)
  })

  it('holds every file and every package that the platform imports', () => {
    const copied = final.filter(({ name }) => name === 'COPY').flatMap(({ value }) => value.split(' ').filter((word) => !word.startsWith('--')).slice(0, -1))
    const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> }
    const { files, packages } = importsFrom(['tools/run.mjs', 'tools/healthy.mjs', 'services/main.ts', 'services/history-main.ts', 'flows/main.ts', 'flows/node-red-process.ts', 'flows/guard-process.ts'])
    expect(files.size).to.be.greaterThan(50)
    for (const file of files) expect(copied.some((path) => file === path || file.startsWith(`${path}/`)), file).to.equal(true)
    for (const name of packages) expect(dependencies).to.have.property(name)
  })

  it('is started as anybody starts the platform', () => {
    const [node, ...command] = JSON.parse(valueOf('CMD')) as string[]
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
    expect([node, ...command].join(' ')).to.equal(scripts['start'])
  })
})

describe('the health check of the image', () => {
  const check = valueOf('HEALTHCHECK')
  const [, file = ''] = JSON.parse(check.slice(check.indexOf('['))) as string[]

  it('asks a call that the platform has', () => {
    const [, asked] = /path: '([^']+)'/.exec(text(file)) ?? []
    expect(Object.values(ROUTES).map(({ path }) => path)).to.include(asked)
  })

  it('is content with a platform that is alive, and says what is wrong with one that is not', async () => {
    let status = 200
    const server = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await run(file, port)).to.deep.equal({ code: 0, said: '' })
    status = 503
    expect(await run(file, port)).to.deep.equal({ code: 1, said: '/healthz answers 503\n' })
    server.close()
    await once(server, 'close')
    const { code, said } = await run(file, port)
    expect(code).to.equal(1)
    expect(said).to.contain('ECONNREFUSED')
  })
})

function defaults(): { HTTP_HOST: string; HTTP_PORT: number; MQTT_PORT: number; MQTTS_PORT: number } {
  const { http, mqtt } = readConfig({})
  // Off without a certificate; its number is the contract's.
  return { HTTP_HOST: http.host, HTTP_PORT: http.port, MQTT_PORT: mqtt.port, MQTTS_PORT: mqtt.tlsPort ?? 8883 }
}

/** All files of the checkout and all packages that are imported from these, threads included. */
function importsFrom(entries: readonly string[]): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const open = [...entries]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue
    files.add(file)
    for (const line of text(file).split('\n')) {
      if (line.startsWith('import type')) continue
      const [, wanted] = /^(?:import|export) .*?from '([^']+)'|^import '([^']+)'/.exec(line)?.filter((one) => one !== undefined) ?? []
      const [, thread] = /new URL\('([^']+\.ts)', import\.meta\.url\)/.exec(line) ?? []
      const target = thread === undefined ? wanted : `./${thread}`
      if (target === undefined || target.startsWith('node:')) continue
      if (target.startsWith('.')) open.push(relative(ROOT, resolve(ROOT, dirname(file), target)))
      else packages.add(target.split('/').slice(0, target.startsWith('@') ? 2 : 1).join('/'))
    }
  }
  return { files, packages }
}

async function run(file: string, port: number): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(ROOT, file)], { env: { PATH: process.env['PATH'], HTTP_PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}
