import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { after, before, describe, it } from 'mocha'
import { TRANSITIONS } from '../../protocol/alarm.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import type { Field } from '../../protocol/kinds/index.ts'
import { KINDS } from '../../protocol/names.ts'
import type { Kind } from '../../protocol/names.ts'
import { readConfig, SECRET_NAMES, SETTING_NAMES } from '../../services/config/config.ts'
import { alarmPoint, pointsOf } from '../../services/store/influx/point.ts'
import { KnownSeries } from '../../services/store/influx/series.ts'
import { booleanFields, DAILY, HOURLY, numberFields } from '../../services/store/influx/rollup-queries.ts'
import { Influxd } from '../support/influxd.ts'
import { alarm, transition } from '../services/store/records.ts'
import { needInfluxd, reading } from '../services/store/influx/rig.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const DOC = readFileSync(join(ROOT, 'docs/history.md'), 'utf8')

interface Row {
  readonly field: string
  readonly type: string
  readonly unit: string
  readonly meaning: string
}

/** The rows of the table, by measurement. */
const table = new Map<string, Row[]>()
for (const line of DOC.split('\n')) {
  const [, measurement, field, type, unit, meaning] = /^\| `(\w+)` \| `(\w+)` \| (.+?) \| (.+?) \| (.+) \|$/.exec(line) ?? []
  if (measurement === undefined || field === undefined || type === undefined || unit === undefined || meaning === undefined) continue
  table.set(measurement, [...table.get(measurement) ?? [], { field, type, unit, meaning }])
}
const fieldsOf = (measurement: string): string[] => (table.get(measurement) ?? []).map(({ field }) => field)

const TYPES: Readonly<Record<Field['type'], string>> = { number: '数 number', boolean: '布尔 boolean', enum: '文本 text', text: '文本 text' }

function expectRow(row: Row | undefined, name: string, field: Field): void {
  expect(row, name).to.include({ type: TYPES[field.type], unit: field.type === 'number' ? field.unit ?? '–' : '–' })
  expect(row?.meaning, name).to.contain(field.label.zh).and.contain(field.label.en)
  if (field.type === 'enum') for (const value of field.values) expect(row?.meaning, name).to.contain(`\`${value}\``)
}

/** What an event with everything that the kind may say is written as. */
function eventFields(kind: Kind): string[] {
  const sample = ({ type, ...field }: Field): unknown => type === 'number' ? 1 : type === 'boolean' ? true : type === 'enum' ? (field as { values: readonly string[] }).values[0] : 'x1'
  const definition = KIND_DEFINITIONS[kind]
  const body = { ts: 1_700_000_000_000, type: Object.keys(definition.events)[0], ...Object.fromEntries(Object.entries(definition.eventFields).map(([name, field]) => [name, sample(field)])) }
  const entry = { ...reading(`c07-${kind}-1`, body, 'event', kind), position: 1, at: 1_700_000_000_000 }
  return pointsOf(entry as Parameters<typeof pointsOf>[0], 14, new KnownSeries(() => 'b01')).flatMap(({ fields }) => Object.keys(fields))
}

describe('docs/history.md', () => {
  it('names each field of each kind with its type, its unit and what it means, and no other', () => {
    for (const kind of KINDS) {
      const telemetry = Object.entries<Field>(KIND_DEFINITIONS[kind].telemetry)
      expect(fieldsOf(kind)).to.have.members(telemetry.map(([name]) => name))
      for (const [name, field] of telemetry) expectRow(table.get(kind)?.find((row) => row.field === name), `${kind} ${name}`, field)
    }
  })

  it('names the fields of events and of transitions as they are written', () => {
    expect(fieldsOf('event')).to.have.members([...new Set(KINDS.flatMap(eventFields))])
    for (const kind of KINDS) {
      for (const [name, field] of Object.entries<Field>(KIND_DEFINITIONS[kind].eventFields)) {
        if (fieldsOf('event').includes(name)) expectRow(table.get('event')?.find((row) => row.field === name), `event ${name}`, field)
      }
    }
    expect(fieldsOf('alarm')).to.have.members(Object.keys(alarmPoint(alarm(1), transition(1), 'smoke').fields))
    for (const name of TRANSITIONS) expect(table.get('alarm')?.find(({ field }) => field === 'transition')?.meaning).to.contain(`\`${name}\``)
    const personal: readonly (keyof Alarm)[] = ['message', 'location']
    for (const name of ['credential', 'home', 'who', 'note', ...personal]) expect([...fieldsOf('event'), ...fieldsOf('alarm')]).to.not.include(name)
  })

  it('gives forms of INFLUX_URL that the platform takes, and settings that it has', () => {
    const urls = [...DOC.matchAll(/^INFLUX_URL=(\S+)/gm)].map(([, url]) => url ?? '')
    expect(urls).to.have.length(6)
    for (const url of urls) expect(() => readConfig({ INFLUX_URL: url.replaceAll(/[^\u0020-\u007E]+/g, 'x') }), url).to.not.throw()
    for (const [name] of DOC.matchAll(/\bINFLUX_[A-Z_]+/g)) expect([...SETTING_NAMES, ...SECRET_NAMES.map((secret) => `${secret}_FILE`)]).to.include(name)
    const { influx } = readConfig({ INFLUX_URL: 'http://h/db' })
    expect(DOC).to.contain(`\`INFLUX_RAW_DAYS\` (${influx?.rawDays})`).and.contain(`\`INFLUX_ROLLUP_DAYS\` (${influx?.rollupDays})`)
    expect(DOC).to.contain(`DURATION ${influx?.rawDays}d`).and.contain(`DURATION ${influx?.rollupDays}d`)
  })
})

const TAGS: readonly string[] = ['compound', 'building', 'kind', 'device']
const SUFFIXES = ['mean', 'min', 'max', 'sum', 'count']

const rolledFields = (kind: Kind): string[] => [
  ...numberFields(kind).flatMap((name) => SUFFIXES.map((suffix) => `${name}_${suffix}`)), ...booleanFields(kind).flatMap((name) => [`${name}_true`, `${name}_count`])
]

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly query: string }[] }[]
  readonly templating: { readonly list: readonly { readonly query: string }[] }
}
const dashboard = JSON.parse(readFileSync(join(ROOT, 'docs/grafana/gatehouse.json'), 'utf8')) as Dashboard
const queries = [...dashboard.panels.flatMap(({ targets }) => targets.map(({ query }) => query)), ...[...DOC.matchAll(/^SELECT .*$/gm)].map(([query]) => query)]

describe('the dashboard for Grafana and the queries of the page', () => {
  it('ask for measurements, fields and tags that there are', () => {
    expect(queries.length).to.be.greaterThan(12)
    for (const query of queries) {
      const [, policy, measurement = ''] = /FROM (?:"(\w+)"\.)?"(\w+)"/.exec(query) ?? []
      expect(table.has(measurement), query).to.equal(true)
      const fields = policy === undefined ? fieldsOf(measurement) : rolledFields(measurement as Kind)
      if (policy !== undefined) expect([HOURLY, DAILY]).to.include(policy)
      const asked = [...query.matchAll(/\b\w+\("(\w+)"/g)].map(([, field]) => field)
      expect(asked, query).to.not.be.empty
      for (const field of asked) expect(fields, query).to.include(field)
      const tags = [...TAGS, ...(measurement === 'event' ? ['type'] : [])]
      const others = [...query.matchAll(/(?<!\(|FROM |\.)"(\w+)"(?!\.)/g)].map(([, name]) => name)
      for (const name of others) expect([...tags, ...fields], query).to.include(name)
      for (const [, part = ''] of query.matchAll(/GROUP BY (.*?)(?: fill|$)/g)) {
        for (const [, tag] of part.matchAll(/"(\w+)"/g)) expect(tags, query).to.include(tag)
      }
    }
  })

  describe('against a real InfluxDB', () => {
    const server = new Influxd()
    before(async function () {
      needInfluxd(this)
      await server.start()
      await fetch(`${server.url}/query`, { method: 'POST', body: new URLSearchParams({ q: 'CREATE DATABASE docs; CREATE RETENTION POLICY hourly ON docs DURATION 90d REPLICATION 1; CREATE RETENTION POLICY daily ON docs DURATION 90d REPLICATION 1' }) })
    })
    after(() => server.remove())

    it('are understood by it', async () => {
      const filled = (query: string): string => query.replaceAll('$timeFilter', 'time > now() - 1h').replaceAll('$__interval', '1m').replaceAll('$compound', '.*')
      for (const query of [...queries, ...dashboard.templating.list.map((one) => one.query)]) expect(await server.number('docs', filled(query)), query).to.equal(0)
    })
  })
})
