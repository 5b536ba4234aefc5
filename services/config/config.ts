import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import Joi from 'joi'
import { asError, InputError } from '../kernel/errors.ts'
import type { Fault } from '../kernel/errors.ts'
import { parseInfluxUrl } from './influx-address.ts'
import type { InfluxSetting } from './influx-address.ts'

/** Everything that can be set from outside, checked once and frozen. */
export interface Config {
  readonly http: { readonly host: string; readonly port: number; readonly tls: boolean; readonly trustProxy: boolean | number | string }
  readonly mqtt: {
    readonly host: string; readonly port: number; readonly tlsPort: number | null; readonly unauthenticatedLimit: number
    /** ms; of service accounts: a device's session lives as long as the device. */
    readonly sessionTime: number
    readonly sessionsPerAccount: number
  }
  /** PEM texts; null when none are given. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly dataDir: string
  /** Null: made at the first start and printed once. */
  readonly adminPassword: string | null
  /** At this start `admin` gets that password, or a new one, whatever it had. */
  readonly adminReset: boolean
  /** Of the hash that credentials of passages are kept as. Null: made at the first start and kept in the data folder. */
  readonly credentialKey: string | null
  readonly logLevel: string
  readonly site: { readonly name: string; readonly timeZone: string }
  /** Days that raw readings and the journal are kept. */
  readonly retentionDays: number
  /** Days that pictures are kept. */
  readonly pictureDays: number
  /** Days that passages are kept, at least as long as readings. */
  readonly passageDays: number
  /** Days that refused messages are kept. */
  readonly quarantineDays: number
  /** Days that alarms are kept after they were closed. */
  readonly alarmDays: number
  /** Days that the audit log and commands are kept. */
  readonly auditDays: number
  /** Null: history lives in the embedded store alone. */
  readonly influx: { readonly address: InfluxSetting; readonly rawDays: number; readonly rollupDays: number } | null
  /** Node-RED: a child of the platform (its port, 0: a free one), somewhere else (with the secret that both were given, or else a folder that both share), or none. */
  readonly flows: { readonly port: number } | { readonly url: string; readonly secret: string | null; readonly shared: string } | null
}

export type Environment = Readonly<Record<string, string | undefined>>

const port = whole(0, 65535)
const days = whole(1, 3650)
const onOff = Joi.string().valid('on', 'off')
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

const SCHEMA = Joi.object({
  HTTP_HOST: Joi.string().hostname().default('127.0.0.1'),
  HTTP_PORT: port.default(3000),
  HTTPS: onOff.default('off'),
  TRUST_PROXY: Joi.string().custom(proxies).default('off'),
  MQTT_HOST: Joi.string().hostname().default('127.0.0.1'),
  MQTT_PORT: port.default(1883),
  MQTTS_PORT: port.default(8883),
  MQTT_LOGIN_LIMIT: whole(1, 20_000).default(2_000),
  MQTT_SESSION_DAYS: days.default(7),
  MQTT_SESSION_LIMIT: whole(1, 10_000).default(20),
  TLS_CERT: Joi.string(),
  TLS_KEY: Joi.string(),
  DATA_DIR: Joi.string().default('./data'),
  ADMIN_PASSWORD: Joi.string().min(8).max(200),
  ADMIN_PASSWORD_RESET: onOff.default('off'),
  CREDENTIAL_KEY: Joi.string().min(32).max(200),
  LOG_LEVEL: Joi.string().valid(...LEVELS).default('info'),
  SITE_NAME: Joi.string().max(100).default('门房 Gatehouse'),
  SITE_TZ: Joi.string().custom(timeZone).default('Asia/Shanghai'),
  RETENTION_DAYS: days.default(14),
  PICTURE_DAYS: days.default(30),
  PASSAGE_DAYS: days.default(30),
  QUARANTINE_DAYS: days.default(30),
  ALARM_DAYS: days.default(1095),
  AUDIT_DAYS: days.default(1095),
  INFLUX_URL: Joi.string(),
  INFLUX_TLS_INSECURE: onOff.default('off'),
  INFLUX_RAW_DAYS: days.default(90),
  INFLUX_ROLLUP_DAYS: days.default(1095),
  FLOWS: onOff.default('on'),
  FLOWS_PORT: port.default(1880),
  FLOWS_URL: Joi.string().uri({ scheme: ['http', 'https'] }),
  FLOWS_SECRET: Joi.string().min(32).max(200),
  FLOWS_SHARED: Joi.string()
})
  .and('TLS_CERT', 'TLS_KEY')
  .messages({
    'object.and': 'TLS_CERT and TLS_KEY go together: {{#missing}} is missing', 'time.zone': '{{#label}} is not a known time zone, was "{{#value}}"',
    'proxies': '{{#label}} must be on, off, a number of hops, or addresses, was "{{#value}}"',
    'any.only': '{{#label}} must be one of {{#valids}}, was "{{#value}}"',
    'string.hostname': '{{#label}} must be an address or a host name, was "{{#value}}"',
    'string.uriCustomScheme': '{{#label}} must be a URL that begins with http:// or https://',
    // Without the value: these are secrets, or names of which the length says enough.
    'string.min': '{{#label}} must have at least {{#limit}} characters', 'string.max': '{{#label}} must have at most {{#limit}} characters'
  })

function whole(min: number, max: number): Joi.NumberSchema {
  const text = `{{#label}} must be a whole number from ${min} to ${max}, was "{{#value}}"`
  return Joi.number().integer().min(min).max(max)
    .messages({ 'number.base': text, 'number.integer': text, 'number.min': text, 'number.max': text, 'number.unsafe': text, 'number.infinity': text })
}

/** The names of all settings, for the documents and the tests that hold them together. */
export const SETTING_NAMES: readonly string[] = Object.keys(describedKeys())
/** Settings that may also be given as `NAME_FILE`, the path of a file that holds the value. */
export const SECRET_NAMES: readonly string[] = ['ADMIN_PASSWORD', 'CREDENTIAL_KEY', 'INFLUX_URL', 'FLOWS_SECRET']

interface Values {
  HTTP_HOST: string; HTTP_PORT: number; HTTPS: 'on' | 'off'; TRUST_PROXY: string
  MQTT_HOST: string; MQTT_PORT: number; MQTTS_PORT: number; MQTT_LOGIN_LIMIT: number; MQTT_SESSION_DAYS: number; MQTT_SESSION_LIMIT: number
  TLS_CERT?: string; TLS_KEY?: string; DATA_DIR: string; ADMIN_PASSWORD?: string; ADMIN_PASSWORD_RESET: 'on' | 'off'; CREDENTIAL_KEY?: string
  LOG_LEVEL: string; SITE_NAME: string; SITE_TZ: string; RETENTION_DAYS: number; PICTURE_DAYS: number
  PASSAGE_DAYS: number; QUARANTINE_DAYS: number; ALARM_DAYS: number; AUDIT_DAYS: number
  INFLUX_URL?: string; INFLUX_TLS_INSECURE: 'on' | 'off'; INFLUX_RAW_DAYS: number; INFLUX_ROLLUP_DAYS: number
  FLOWS: 'on' | 'off'; FLOWS_PORT: number; FLOWS_URL?: string; FLOWS_SECRET?: string; FLOWS_SHARED?: string
}

/** Reads the environment. Throws an `InputError` (`bad-settings`) that names every faulty setting at once. */
export function readConfig(environment: Environment): Config {
  const faults: Fault[] = []
  const given: Record<string, string> = {}
  for (const name of SETTING_NAMES) {
    const value = environment[name]
    // An empty value is what a compose file passes on for a setting that nobody gave.
    if (value !== undefined && value !== '') given[name] = value
    if (SECRET_NAMES.includes(name)) readSecretFile(name, environment, given, faults)
  }
  const checked = SCHEMA.validate(given, { abortEarly: false, errors: { wrap: { label: false } } })
  // A fault of the whole is that of the pair that goes together.
  for (const detail of checked.error?.details ?? []) faults.push({ path: detail.path.join('.') || 'TLS_CERT', message: detail.message })
  const values = checked.value as Values
  const tls = readTls(values, faults)
  const influx = readInflux(values, faults)
  const flows = readFlows(values, faults)
  // The journal holds them as well.
  if (values.PASSAGE_DAYS < values.RETENTION_DAYS) {
    faults.push({ path: 'PASSAGE_DAYS', message: `PASSAGE_DAYS must be at least RETENTION_DAYS (${values.RETENTION_DAYS}), was ${values.PASSAGE_DAYS}` })
  }
  if (values.HTTPS === 'on' && values.TLS_CERT === undefined) faults.push({ path: 'HTTPS', message: 'HTTPS=on needs TLS_CERT and TLS_KEY' })
  if (faults.length > 0) throw new InputError('bad-settings', 'some settings are wrong', faults)
  return Object.freeze({
    http: { host: values.HTTP_HOST, port: values.HTTP_PORT, tls: values.HTTPS === 'on', trustProxy: trustProxy(values.TRUST_PROXY) },
    mqtt: {
      host: values.MQTT_HOST, port: values.MQTT_PORT, tlsPort: tls ? values.MQTTS_PORT : null, unauthenticatedLimit: values.MQTT_LOGIN_LIMIT,
      sessionTime: values.MQTT_SESSION_DAYS * 86_400_000, sessionsPerAccount: values.MQTT_SESSION_LIMIT
    },
    tls,
    dataDir: resolve(values.DATA_DIR),
    adminPassword: values.ADMIN_PASSWORD ?? null,
    adminReset: values.ADMIN_PASSWORD_RESET === 'on',
    credentialKey: values.CREDENTIAL_KEY ?? null,
    logLevel: values.LOG_LEVEL,
    site: { name: values.SITE_NAME, timeZone: values.SITE_TZ },
    retentionDays: values.RETENTION_DAYS,
    pictureDays: values.PICTURE_DAYS,
    passageDays: values.PASSAGE_DAYS,
    quarantineDays: values.QUARANTINE_DAYS,
    alarmDays: values.ALARM_DAYS,
    auditDays: values.AUDIT_DAYS,
    influx,
    flows
  })
}

/** A numeric setting of a rule, as `services/rules` declares it. */
export interface NumberSetting {
  readonly env: string
  readonly default: number
  readonly min: number
  readonly max: number
}

/**
 * Reads `RULE_…` numbers. Throws an `InputError` (`bad-settings`) for each that is no number or out of its range, and for each
 * `RULE_…` that no rule knows: a misspelt limit must not silently leave the default in force.
 */
export function readNumbers<Name extends string>(environment: Environment, declared: Readonly<Record<Name, NumberSetting>>): Record<Name, number> {
  const faults: Fault[] = []
  const values = {} as Record<Name, number>
  const known = new Set<string>()
  for (const name of Object.keys(declared) as Name[]) {
    const setting = declared[name]
    known.add(setting.env)
    const text = environment[setting.env]
    const value = text === undefined || text === '' ? setting.default : Number(text)
    if (!Number.isFinite(value) || value < setting.min || value > setting.max) {
      faults.push({ path: setting.env, message: `${setting.env} must be a number from ${setting.min} to ${setting.max}, was "${text}"` })
    }
    values[name] = value
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith('RULE_') && !known.has(name)) faults.push({ path: name, message: `${name} is not a setting of any rule` })
  }
  if (faults.length > 0) throw new InputError('bad-settings', 'some settings are wrong', faults)
  return values
}

function describedKeys(): Record<string, unknown> {
  return (SCHEMA.describe() as { keys: Record<string, unknown> }).keys
}

function timeZone(value: string, helpers: Joi.CustomHelpers<string>): string | Joi.ErrorReport {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value }).format(0)
    return value
  } catch {
    return helpers.error('time.zone', { value })
  }
}

/** What Express takes; it would refuse the rest only when the platform is half started, and without a name. */
function proxies(value: string, helpers: Joi.CustomHelpers<string>): string | Joi.ErrorReport {
  const right = /^(on|off|\d+)$/.test(value) || value.split(',').every((part) => isProxy(part.trim()))
  return right ? value : helpers.error('proxies', { value })
}

/** An address, a network (`10.0.0.0/8`), or one of Express's names for near ones. */
function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

function readSecretFile(name: string, environment: Environment, given: Record<string, string>, faults: Fault[]): void {
  const path = environment[`${name}_FILE`]
  if (path === undefined || path === '') return
  if (given[name] !== undefined) {
    faults.push({ path: `${name}_FILE`, message: `give ${name} or ${name}_FILE, not both` })
    return
  }
  const text = readText(`${name}_FILE`, path, faults)?.trimEnd()
  if (text === '') faults.push({ path: `${name}_FILE`, message: `${name}_FILE: ${path} is empty` })
  else if (text !== undefined) given[name] = text
}

function readTls(values: Values, faults: Fault[]): Config['tls'] {
  if (values.TLS_CERT === undefined || values.TLS_KEY === undefined) return null
  const cert = readText('TLS_CERT', values.TLS_CERT, faults)
  const key = readText('TLS_KEY', values.TLS_KEY, faults)
  if (cert === null || key === null) return null
  // Found out here, not by the first device that cannot connect: a pair that does not belong together, an empty file, a DER file.
  const before = faults.length
  for (const [path, text, kind] of [['TLS_CERT', cert, 'CERTIFICATE'], ['TLS_KEY', key, 'PRIVATE KEY']] as const) {
    if (!text.includes(`${kind}-----`)) faults.push({ path, message: `${path}: ${values[path]} holds no ${kind} in PEM form` })
  }
  if (faults.length > before) return null
  try {
    createSecureContext({ cert, key })
  } catch (thrown) {
    faults.push({ path: 'TLS_CERT', message: `TLS_CERT and TLS_KEY cannot be used together: ${tlsReason(asError(thrown).message)}` })
  }
  return { cert, key }
}

/** OpenSSL's words, and first what they mean where that can be told. */
function tlsReason(message: string): string {
  if (message.includes('key values mismatch')) return `the key is not the one of this certificate (${message})`
  if (/bad decrypt|interrupted or cancelled|bad password/.test(message)) return `the key has a passphrase: give it without one, openssl pkey -in KEY -out PLAIN-KEY (${message})`
  return message
}

function readInflux(values: Values, faults: Fault[]): Config['influx'] {
  if (values.INFLUX_URL === undefined) return null
  const address = parseInfluxUrl(values.INFLUX_URL, values.INFLUX_TLS_INSECURE === 'on')
  if (typeof address === 'string') faults.push({ path: 'INFLUX_URL', message: `INFLUX_URL ${address}` })
  // A point older than its policy is refused, so raw readings live in InfluxDB at least as long as late ones are taken.
  if (values.INFLUX_RAW_DAYS < values.RETENTION_DAYS) {
    faults.push({ path: 'INFLUX_RAW_DAYS', message: `INFLUX_RAW_DAYS must be at least RETENTION_DAYS (${values.RETENTION_DAYS}), was ${values.INFLUX_RAW_DAYS}` })
  }
  return typeof address === 'string' ? null : { address, rawDays: values.INFLUX_RAW_DAYS, rollupDays: values.INFLUX_ROLLUP_DAYS }
}

function readFlows(values: Values, faults: Fault[]): Config['flows'] {
  if (values.FLOWS_URL === undefined) return values.FLOWS === 'on' ? { port: values.FLOWS_PORT } : null
  if (values.FLOWS_SECRET === undefined && values.FLOWS_SHARED === undefined) {
    faults.push({ path: 'FLOWS_SECRET', message: 'FLOWS_URL needs FLOWS_SECRET or FLOWS_SHARED, as Node-RED there has it' })
  }
  return { url: values.FLOWS_URL.replace(/\/+$/, ''), secret: values.FLOWS_SECRET ?? null, shared: values.FLOWS_SHARED ?? '' }
}

function readText(name: string, path: string, faults: Fault[]): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    faults.push({ path: name, message: `${name}: cannot read ${path} (${asError(thrown).message})` })
    return null
  }
}

/** Express's own forms: `off`, `on`, a number of hops, or addresses. */
function trustProxy(text: string): boolean | number | string {
  if (text === 'off') return false
  if (text === 'on') return true
  return /^\d+$/.test(text) ? Number(text) : text
}
