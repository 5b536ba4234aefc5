import { setTimeout as pause } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Broker } from '../broker/broker.ts'
import type { Counters } from '../broker/broker.ts'
import type { Brain } from './brain/brain.ts'
import type { JournalRecorder } from './intake/recorder.ts'
import { freePart } from './kernel/disk-space.ts'
import { runningThreads } from './kernel/thread.ts'
import type { Directory } from './registry/directory.ts'
import type { Rejections } from './response/rejections.ts'
import type { InfluxHistory } from './store/influx/history.ts'
import type { Store } from './store/sqlite/index.ts'

interface House {
  readonly broker: Broker
  readonly store: Pick<Store, 'journal' | 'history'>
  readonly brain: Brain
  readonly recorder: JournalRecorder
  readonly directory: Directory
  readonly rejections: Pick<Rejections, 'counts'>
  /** Null where history is in the embedded store alone. */
  readonly influx: InfluxHistory | null
  readonly dataDir: string
}

/** What the broker counts: a number that only rises, or one that is so now. */
const BROKER: Readonly<Record<keyof Counters, { readonly name: string; readonly help: string; readonly now?: true }>> = {
  connections: { name: 'gatehouse_mqtt_connections', help: 'MQTT connections that are logged in', now: true },
  strangers: { name: 'gatehouse_mqtt_strangers', help: 'MQTT connections that have not logged in yet', now: true },
  turnedAway: { name: 'gatehouse_mqtt_turned_away_total', help: 'Connections closed because too many had not logged in' },
  messagesIn: { name: 'gatehouse_mqtt_messages_total', help: 'PUBLISH packets of clients' },
  bytesIn: { name: 'gatehouse_mqtt_bytes_total', help: 'Bytes of their payloads' },
  recorded: { name: 'gatehouse_mqtt_recorded_total', help: 'Messages that were stored and acknowledged' },
  refusedMessages: { name: 'gatehouse_mqtt_refused_messages_total', help: 'Messages on a topic that their client may not use' },
  unrecorded: { name: 'gatehouse_mqtt_unrecorded_total', help: 'Messages that the journal did not take' },
  refusedLogins: { name: 'gatehouse_mqtt_refused_logins_total', help: 'Log-ins that were refused' },
  slowedLogins: { name: 'gatehouse_mqtt_slowed_logins_total', help: 'Log-ins that had to wait because of earlier failures' },
  violations: { name: 'gatehouse_mqtt_violations_total', help: 'Connections closed because of a broken rule of the protocol' },
  takeovers: { name: 'gatehouse_mqtt_takeovers_total', help: 'Connections taken over by a newer one with the same id' },
  droppedQueued: { name: 'gatehouse_mqtt_dropped_queued_total', help: 'Messages dropped from the full queue of a client that was away' },
  sessions: { name: 'gatehouse_mqtt_sessions', help: 'Persistent MQTT sessions, of clients that are here and of those that are away', now: true },
  endedSessions: { name: 'gatehouse_mqtt_ended_sessions_total', help: 'Sessions of service accounts that ended because nobody came back to them, or because there were too many' },
  slowClients: { name: 'gatehouse_mqtt_slow_clients_total', help: 'Clients closed because they did not read' }
}

/** A thread in the middle of a long query answers later: a scrape does not wait for it, ms. */
const PATIENCE = 250

/** Heap of each thread: resident memory alone does not tell what is kept from what waits to be collected. */
function measureMemory(registers: Registry[]): void {
  const used: Gauge<'thread'> = new Gauge({
    name: 'gatehouse_thread_heap_used_bytes', help: 'Heap of a thread in use, with what is not collected yet', labelNames: ['thread'], registers,
    async collect() {
      const { used_heap_size, external_memory } = getHeapStatistics()
      used.set({ thread: 'main' }, used_heap_size)
      external.set({ thread: 'main' }, external_memory)
      await Promise.all(Array.from(runningThreads, async ([thread, measured]) => {
        const memory = await Promise.race([measured.memory(), pause(PATIENCE, null, { ref: false })])
        if (!memory) return
        used.set({ thread }, memory.used)
        external.set({ thread }, memory.external)
      }))
    }
  })
  const external: Gauge<'thread'> = new Gauge({ name: 'gatehouse_thread_external_bytes', help: 'Memory outside of its heap that a thread holds', labelNames: ['thread'], registers })
}

/** Registers the numbers of the rooms that do not know of metrics themselves; read when somebody asks. */
export function measureHouse(registry: Registry, { broker, store, brain, recorder, directory, rejections, influx, dataDir }: House): void {
  const registers = [registry]
  measureMemory(registers)
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(value()) })
  }
  const rising = (name: string, help: string, value: () => number): void => {
    const counter: Counter = new Counter({
      name, help, registers,
      collect() {
        counter.reset()
        counter.inc(value())
      }
    })
  }
  for (const key of Object.keys(BROKER) as (keyof Counters)[]) {
    const { name, help, now } = BROKER[key]
    const make = now ? gauge : rising
    make(name, help, () => broker.counters[key])
  }
  gauge('gatehouse_journal_position', 'Last committed entry of the journal', () => store.journal.head)
  gauge('gatehouse_journal_pending', 'Entries that wait for their commit', () => store.journal.pending)
  rising('gatehouse_journal_commits_total', 'Commits of the journal', () => store.journal.commits.count)
  rising('gatehouse_journal_commit_seconds_total', 'Time that they took together, from handing entries over until they are on the disk', () => store.journal.commits.millis / 1000)
  gauge('gatehouse_brain_behind', 'Committed entries that are not judged yet', () => brain.behind)
  gauge('gatehouse_brain_stalled', '1 while the store does not take what was judged', () => (brain.stalled === null ? 0 : 1))
  gauge('gatehouse_acknowledgements_held', 'Acknowledgements that wait because the brain is behind', () => recorder.held)
  gauge('gatehouse_history_behind', 'Committed entries that history has not written yet', () => store.journal.head - store.history.position)
  gauge('gatehouse_history_stalled', '1 while history cannot be written', () => (store.history.stalled === null ? 0 : 1))
  const faults: Counter<'code'> = new Counter({
    name: 'gatehouse_faults_total', help: 'Faults in messages of devices, at most 20 of one message', labelNames: ['code'], registers,
    collect() {
      faults.reset()
      for (const [code, count] of rejections.counts) faults.inc({ code }, count)
    }
  })
  gauge('gatehouse_devices', 'Devices that are enrolled', () => directory.devices.size)
  const disk: Gauge = new Gauge({
    name: 'gatehouse_disk_free_ratio', help: 'Part of the disk under the data folder that is free, 0 to 1', registers,
    async collect() {
      const free = await freePart(dataDir)
      if (free !== null) disk.set(free)
    }
  })
  if (!influx) return
  gauge('gatehouse_influx_behind', 'Committed entries that InfluxDB does not have yet', () => influx.behind)
  gauge('gatehouse_influx_lag_seconds', 'Age of the oldest entry that InfluxDB does not have yet', () => influx.lag / 1000)
  gauge('gatehouse_influx_stalled', '1 while InfluxDB does not take history', () => (influx.stalled === null ? 0 : 1))
  gauge('gatehouse_influx_rollups_waiting', 'Hours and days whose hourly and daily values are to be written yet', () => influx.rollupsWaiting)
  gauge('gatehouse_influx_disk_full_timestamp_seconds', 'When the disk is full if InfluxDB stays behind; 0: it does not fill, or that is not known', () => (influx.diskFullAt ?? 0) / 1000)
  rising('gatehouse_influx_points_total', 'Points that InfluxDB took', () => influx.counters.points)
  rising('gatehouse_influx_failures_total', 'Calls to InfluxDB that failed', () => influx.counters.failures)
  rising('gatehouse_influx_refused_total', 'Rows that InfluxDB does not take; they are in quarantine', () => influx.counters.refused)
}
