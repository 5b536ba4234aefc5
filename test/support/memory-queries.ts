import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { ConnectionSpell } from '../../protocol/connection.ts'
import type { IssuedCommand } from '../../protocol/command.ts'
import { GatehouseError } from '../../services/kernel/errors.ts'
import { sees } from '../../services/registry/access.ts'
import type { Directory } from '../../services/registry/directory.ts'
import type {
  AlarmFilter, Changes, ConnectionRecord, DeviceFilter, DeviceView, EventView, Page, Paging, Point, QuarantineRecord, Queries, ReadingSteps, Scope
} from '../../services/store/ports.ts'

/** The reading side over what the brain committed, in memory; pages as the contract of the port says. */
export class MemoryQueries implements Queries {
  readonly #directory: Directory
  readonly #alarms = new Map<string, Alarm>()
  readonly #timelines = new Map<string, Transition[]>()
  readonly #quarantine: QuarantineRecord[] = []
  readonly #connections: ConnectionRecord[] = []
  readonly #commands = new Map<string, IssuedCommand>()
  readonly events_ = new Map<string, EventView[]>()
  readonly points = new Map<string, Point[]>()
  /** While true, nothing new can be read: as between a transition and the commit behind it. */
  behind = false
  readonly #held: Changes[] = []

  constructor(directory: Directory) {
    this.#directory = directory
  }

  apply(changes: Changes): void {
    this.#held.push(changes)
    if (!this.behind) this.catchUp()
  }

  catchUp(): void {
    this.behind = false
    for (const changes of this.#held.splice(0)) {
      for (const alarm of changes.alarms) this.#alarms.set(alarm.id, alarm)
      for (const { alarm, transition } of changes.transitions) this.#timelines.set(alarm, [...(this.#timelines.get(alarm) ?? []), transition])
      this.#quarantine.push(...changes.quarantine)
      this.#connections.push(...changes.connections)
      for (const command of changes.commands) this.#commands.set(command.id, command)
    }
  }

  alarms({ scope, state, platform = false, ...filter }: AlarmFilter, paging: Paging): Promise<Page<Alarm>> {
    const found = [...this.#alarms.values()].toReversed().filter((alarm) => (alarm.compound === null ? platform && scope === 'all' : sees(scope, alarm.compound))
      && (state === 'all' || (state === 'closed') === (alarm.state === 'closed'))
      && matches(filter.compound, alarm.compound) && matches(filter.severity, alarm.severity) && matches(filter.rule, alarm.rule) && matches(filter.device, alarm.device))
    return page(found, paging)
  }

  alarm(id: string): Promise<{ alarm: Alarm; timeline: Transition[] } | null> {
    const alarm = this.#alarms.get(id)
    return Promise.resolve(alarm ? { alarm, timeline: this.#timelines.get(id) ?? [] } : null)
  }

  devices({ scope, ...filter }: DeviceFilter, paging: Paging): Promise<Page<DeviceView>> {
    const found = this.#devices().filter((device) => sees(scope, device.compound) && matches(filter.compound, device.compound) && matches(filter.kind, device.kind)
      && matches(filter.building, device.location.building) && (filter.online === undefined || filter.online === device.online)
      && (filter.q === undefined || device.id.includes(filter.q)))
    return page(found, paging)
  }

  device(id: string): Promise<DeviceView | null> {
    return Promise.resolve(this.#devices().find((device) => device.id === id) ?? null)
  }

  quarantine({ scope, device }: { scope: Scope; device?: string | undefined }, paging: Paging): Promise<Page<QuarantineRecord>> {
    const found = this.#quarantine.filter((record) => (record.compound === null ? scope === 'all' : sees(scope, record.compound)) && matches(device, record.device))
    return page(found.toReversed(), paging)
  }

  commands(device: string, paging: Paging): Promise<Page<IssuedCommand>> {
    return page([...this.#commands.values()].toReversed().filter((command) => command.device === device), paging)
  }

  connections(device: string, _range: object, paging: Paging): Promise<Page<ConnectionSpell>> {
    const found = this.#connections.filter((record) => record.device === device).toReversed()
    return page(found.map(({ at, online, why }, index) => ({ from: at, to: found[index - 1]?.at ?? null, online, why })), paging)
  }

  command(id: string): Promise<IssuedCommand | null> {
    return Promise.resolve(this.#commands.get(id) ?? null)
  }

  readings(device: string, field: string): Promise<ReadingSteps> {
    return Promise.resolve({ source: 'embedded', points: this.points.get(`${device} ${field}`) ?? [] })
  }

  events(device: string, _range: object, paging: Paging): Promise<Page<EventView>> {
    return page((this.events_.get(device) ?? []).toReversed(), paging)
  }

  directory(): ReturnType<Queries['directory']> {
    return Promise.resolve({ compounds: [], devices: [], presence: [], users: [], sessions: [], tokens: [], openAlarms: [] })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #devices(): DeviceView[] {
    return [...this.#directory.devices.values()].map(({ id, kind, compound, gateway, location, model, enrolledAt }) => {
      const presence = this.#directory.presence.get(id)
      const latest = { battery: { value: 97, ts: 1_700_000_000_000 } }
      return { id, kind, compound, gateway, location, model, enrolledAt, online: presence?.online ?? false, lastSeenAt: presence?.lastSeenAt ?? null, latest }
    })
  }
}

function matches(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value
}

function page<Item>(items: readonly Item[], { limit, cursor }: Paging): Promise<Page<Item>> {
  const start = cursor === undefined ? 0 : Number(cursor)
  if (!Number.isInteger(start)) return Promise.reject(new GatehouseError('bad-cursor', 'not a cursor of this list'))
  return Promise.resolve({ items: items.slice(start, start + limit), next: start + limit < items.length ? String(start + limit) : null })
}
