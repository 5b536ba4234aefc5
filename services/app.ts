/** Everything is put together here, in one straight line: started in this order, stopped in reverse. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createSecureServer } from 'node:https'
import { join, resolve } from 'node:path'
import { createBroker } from '../broker/broker.ts'
import type { HouseMessage } from '../broker/broker.ts'
import type { Site } from '../protocol/http/places.ts'
import type { DeviceId } from '../protocol/names.ts'
import { createApi } from './api/api.ts'
import { EDITOR_SOCKET, EditorDoor } from './api/editor.ts'
import { createFirstAdmin, FIRST_ADMIN } from './api/first-admin.ts'
import { createIdentify } from './api/identity.ts'
import { Metrics } from './api/metrics.ts'
import { Passwords } from './api/password.ts'
import { Problem } from './api/problem.ts'
import { Upgrades } from './api/upgrades.ts'
import { Brain } from './brain/brain.ts'
import { watchJudging } from './brain/watch-judging.ts'
import type { Config } from './config/config.ts'
import { createFlowsWing } from './flows.ts'
import { Credentials } from './intake/credentials.ts'
import { JournalRecorder } from './intake/recorder.ts'
import { systemClock } from './kernel/clock.ts'
import { GatehouseError } from './kernel/errors.ts'
import { keyIn } from './kernel/key-file.ts'
import { Lifecycle } from './kernel/lifecycle.ts'
import type { Logger } from './kernel/log.ts'
import { Board } from './live/board.ts'
import { LIVE_PATH, createLive } from './live/live.ts'
import { measureHouse } from './measures.ts'
import { Directory } from './registry/directory.ts'
import { HouseGate } from './registry/gate.ts'
import type { Client } from './registry/gate.ts'
import { ALARM_TOPICS, AlarmTopics } from './response/alarm-topics.ts'
import { CommandsOut } from './response/commands.ts'
import { PacedTransitions } from './response/paced-transitions.ts'
import { Rejections } from './response/rejections.ts'
import type { RuleSettings } from './rules/settings.ts'
import { InfluxHistory } from './store/influx/history.ts'
import { InfluxQueries } from './store/influx/queries.ts'
import { createStore } from './store/sqlite/index.ts'
import { keepRetention } from './retention.ts'
import { watchSelf } from './self-watch.ts'

/** The journal's clock ticks this often, ms: timers of rules fire within a second of their time. */
const TICK = 1000
const MQTT_PATH = '/mqtt'
const ROOT = resolve(import.meta.dirname, '..')
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version

export interface AppOptions {
  readonly config: Config
  readonly rules: RuleSettings
  readonly log: Logger
  /** A part without which alarms are not judged or stored has died. */
  readonly onFatal: (error: Error) => void
}

export interface App {
  start(): Promise<void>
  stop(): Promise<void>
}

export function createApp({ config, rules, log, onFatal }: AppOptions): App {
  const clock = systemClock
  const lifecycle = new Lifecycle(log)
  const metrics = new Metrics()
  const directory = new Directory()
  const board = new Board()
  const store = createStore({ dataDir: config.dataDir, clock, log, retentionDays: config.retentionDays, onFatal, passed: () => influx?.position ?? Infinity })
  const influx = config.influx && new InfluxHistory({
    dataDir: config.dataDir, retentionDays: config.retentionDays, address: config.influx.address, keeping: config.influx, journal: store.journal, clock, log
  })
  const brain = new Brain({ dataDir: config.dataDir, journal: store.journal, log, onFatal })
  const recorder = new JournalRecorder(store.journal, store.pictures)
  const credentials = new Credentials()
  const gate = new HouseGate(directory, clock)
  const passwords = new Passwords()
  const identify = createIdentify({ directory, clock, trustProxy: config.http.trustProxy !== false })
  const broker = createBroker<Client>({
    gate, recorder, log, clock,
    sealed: credentials.sealed,
    directory: join(config.dataDir, 'mqtt'),
    tcp: { host: config.mqtt.host, port: config.mqtt.port },
    ...(config.tls && config.mqtt.tlsPort !== null ? { tls: { host: config.mqtt.host, port: config.mqtt.tlsPort, ...config.tls } } : {}),
    limits: {
      strangers: config.mqtt.unauthenticatedLimit, sessionTime: config.mqtt.sessionTime, sessionsPerAccount: config.mqtt.sessionsPerAccount
    }
  })
  const live = createLive({
    directory, board, clock, log,
    metrics: metrics.registry,
    identify: (handshake) => identify.handshake(handshake),
    problem: (code, detail, faults) => new Problem(code, detail, faults ? { faults } : {}).toDocument(),
    onWatched: (compounds) => store.history.watch(compounds)
  })
  const publish = (message: HouseMessage): void => {
    broker.publish(message).catch((error: unknown) => log.error({ err: error, topic: message.topic }, 'could not publish'))
  }
  const alarmTopics = new AlarmTopics(publish)
  const transitions = new PacedTransitions(clock, (told) => alarmTopics.tell(told))
  const rejections = new Rejections(directory, publish, clock)
  const commands = new CommandsOut({
    directory, clock, log,
    publishTo: (client, message) => broker.publishTo(client, message),
    sent: (command) => brain.act('system', { name: 'command.sent', command })
  })
  const flows = createFlowsWing({ config, brain, clock, log, metrics: metrics.registry })
  const editor = new EditorDoor({
    directory, clock, log, identify, flows: flows?.house ?? null,
    onChanged({ actor }) {
      brain.act(actor, { name: 'flows.change', deed: 'deploy', object: null }).catch((error: unknown) => log.error({ err: error, actor }, 'a change of flows is not on record'))
    }
  })
  const upgrades = new Upgrades([MQTT_PATH, LIVE_PATH, EDITOR_SOCKET])
  const { shouldUpgradeCallback } = upgrades
  const server = config.http.tls && config.tls ? createSecureServer({ ...config.tls, shouldUpgradeCallback }) : createServer({ shouldUpgradeCallback })
  const listening = { mqtt: config.mqtt.port, mqtts: config.mqtt.tlsPort }
  let ready = false

  const site = (): Site => ({
    name: config.site.name,
    timeZone: config.site.timeZone,
    mqtt: { host: config.mqtt.host, port: listening.mqtt, tls: listening.mqtts, websocket: MQTT_PATH },
    version: VERSION
  })
  const health = (): { ready: boolean; parts: Record<string, string | number | boolean> } => ({
    ready,
    parts: {
      brain: brain.stalled ?? (ready ? 'judging' : 'catching up'),
      unjudged: brain.behind,
      history: store.history.stalled ?? 'writing',
      unwritten: store.journal.head - store.history.position,
      // Why it is stalled is for the log: who asks here has not logged in.
      ...(influx ? { influx: influx.stalled === null ? 'forwarding' : 'stalled', unforwarded: influx.behind } : {})
    }
  })
  server.on('request', createApi({
    directory, brain, clock, log, identify, passwords, site, health, rules,
    flows: flows?.house ?? null, editor,
    queries: influx ? new InfluxQueries(store.queries, influx) : store.queries,
    summaries: board.summaries,
    openAlarms: board.openAlarms,
    metrics: metrics.registry,
    screens: join(ROOT, 'dashboards', 'dist'),
    trustProxy: config.http.trustProxy
  }))
  measureHouse(metrics.registry, { broker, store, brain, recorder, directory, rejections, influx, dataDir: config.dataDir })

  function holdKey(): void {
    const path = join(config.dataDir, 'credentials.key')
    const { key, made } = config.credentialKey === null ? keyIn(path) : { key: config.credentialKey, made: false }
    if (made) log.info({ path }, 'a key for credentials was made; keep a copy of it')
    credentials.hold(key)
  }

  async function wake(): Promise<void> {
    // First of all it holds the journal against what was judged of it; an entry more would hide that one is missing.
    await brain.start()
    // What was open, connected or waiting when it stopped is judged with the time that it was away in mind.
    await new Promise<void>((done, failed) => {
      store.journal.append({ type: 'started', settings: rules }, (error) => (error ? failed(error) : done()))
    })
    log.info({ unjudged: brain.behind }, 'catching up')
    await brain.caughtUp()
    // Nothing is appended before the doors open, so nothing is judged between this look and the first outcome heard.
    const rows = await store.queries.directory()
    directory.load(rows)
    board.load(directory, rows.openAlarms)
    brain.onOutcome((outcome) => {
      directory.apply(outcome.changes)
      // Screens first, then devices; nobody waits for anybody.
      live.outcome(outcome)
      for (const told of outcome.transitions) transitions.take(told)
      for (const rejection of outcome.rejections) rejections.tell(rejection)
      for (const command of outcome.dispatches) void commands.tell(command)
      recorder.judgedUpTo(brain.judged)
    })
    recorder.judgedUpTo(brain.judged)
    store.history.onLatest((changes) => live.latest(changes))
    // A service account's client id is its own choice: its token tells who it is.
    directory.onRemoved(({ type, id }) => {
      if (type === 'device' && !directory.devices.has(id as DeviceId)) {
        // Nobody would ever take back its last word.
        for (const topic of broker.retainedTopics(`v1/+/+/${id}/status`)) publish({ topic, payload: '', qos: 1, retain: true })
      }
      if (type === 'session') return
      broker.disconnect((client) => client.type === 'device' ? type === 'device' && client.id === id : type === 'token' && client.account === id)
      endLeftSessions()
    })
    const password = await createFirstAdmin({ directory, brain, passwords, given: config.adminPassword, reset: config.adminReset })
    if (password !== null) log.warn({ user: FIRST_ADMIN, password }, 'a password was made for the first user; it is shown only now')
    if (config.adminReset) log.warn('ADMIN_PASSWORD_RESET is on: take it out of the settings now that you can log in')
  }

  /** MQTT sessions of devices and accounts that are not there any more; also those that were left by a process that was killed in between. */
  function endLeftSessions(): void {
    for (const { clientId, account } of broker.sessions()) {
      if (account === null ? directory.devices.has(clientId as DeviceId) : account === '' || directory.tokens.has(account)) continue
      broker.endSession(clientId).catch((error: unknown) => log.error({ err: error, client: clientId }, 'could not end a session'))
    }
  }

  async function listen(): Promise<void> {
    const ports = await broker.start().catch((thrown: unknown) => {
      if (!(thrown instanceof GatehouseError) || thrown.code !== 'mqtt-cannot-listen') throw thrown
      throw new GatehouseError(thrown.code, `${thrown.message} (MQTT_HOST, MQTT_PORT, MQTTS_PORT)`, { cause: thrown })
    })
    endLeftSessions()
    listening.mqtt = ports.tcp ?? listening.mqtt
    listening.mqtts = ports.tls
    await alarmTopics.restore(board.openAlarms, broker.retainedTopics(ALARM_TOPICS))
    upgrades.attach(server)
    broker.attachWebSocket(server, MQTT_PATH)
    live.attach(server)
    editor.attach(server)
    await new Promise<void>((done, failed) => {
      server.once('error', (cause) => failed(new GatehouseError('http-cannot-listen', `cannot listen on HTTP_HOST ${config.http.host}, HTTP_PORT ${config.http.port}: ${cause.message}`, { cause })))
      server.listen(config.http.port, config.http.host, done)
    })
    const { port } = server.address() as AddressInfo
    log.info({ service: 'http', host: config.http.host, port }, 'listening')
    log.info({ service: 'mqtt', host: config.mqtt.host, port: listening.mqtt }, 'listening')
    if (listening.mqtts !== null) log.info({ service: 'mqtts', host: config.mqtt.host, port: listening.mqtts }, 'listening')
  }

  function beat(): () => void {
    const tick = (): void => store.journal.append({ type: 'tick' }, () => undefined)
    const stops = [
      clock.every(TICK, tick), watchJudging({ brain, clock, onFatal }), watchSelf({ brain, influx, dataDir: config.dataDir, clock }),
      keepRetention({ config, store, records: brain, clock, log })
    ]
    return () => stops.forEach((stop) => stop())
  }

  return {
    async start() {
      const part = (name: string, start: () => Promise<void> | void, stop: () => Promise<void> | void): Promise<void> => lifecycle.start({ name, start, stop })
      let stopBeat = (): void => undefined
      await lifecycle.start(metrics)
      await part('store', () => store.start(), () => store.stop())
      holdKey()
      if (influx) await lifecycle.start(influx)
      await part('brain', wake, () => brain.stop())
      await part('doors', listen, async () => {
        await live.stop()
        editor.stop()
        server.closeAllConnections()
        server.close()
        await broker.stop()
        transitions.stop()
      })
      if (flows) await part('flows', () => flows.start({ http: (server.address() as AddressInfo).port, mqtt: listening.mqtt }), () => flows.stop())
      await part('clock', () => void (stopBeat = beat()), () => stopBeat())
      ready = true
      log.info({ url: `${config.http.tls ? 'https' : 'http'}://${config.http.host}:${(server.address() as AddressInfo).port}` }, 'ready')
    },
    async stop() {
      ready = false
      await lifecycle.stop()
    }
  }
}
