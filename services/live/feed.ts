import type { Alarm } from '../../protocol/alarm.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import type { DeviceChange, Summary, WatchState } from '../../protocol/live.ts'
import type { Outcome } from '../brain/outcome.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Directory } from '../registry/directory.ts'
import { PacedTransitions } from '../response/paced-transitions.ts'
import type { AlarmTransition } from '../response/paced-transitions.ts'
import type { LatestChange } from '../store/ports.ts'
import type { Board } from './board.ts'
import { Pacer } from './pacer.ts'
import type { Wanted, Watch } from './watch.ts'

/** The contract's rates, in ms: one summary a second, four device events a second, for each compound. */
const SUMMARY_PERIOD = 1000
const DEVICES_PERIOD = 250

export interface FeedHouse {
  readonly directory: Directory
  readonly board: Board
  readonly clock: Clock
  /** Of which compounds anybody follows the devices, whenever that changes; what nobody follows need not be computed. */
  readonly onWatched: (compounds: readonly CompoundId[] | 'all') => void
  /** One more event was sent (`told`), or skipped because the client was too slow (`missed`). */
  readonly onTold: (name: 'summary' | 'devices' | 'alarm', result: 'told' | 'missed') => void
}

/** Hands what happens to whoever watches it: alarms in the tick in which they come, the rest gathered for a moment. */
export class Feed {
  readonly #house: FeedHouse
  readonly #watches = new Set<Watch>()
  readonly #changes = new Map<CompoundId, Map<DeviceId, DeviceChange>>()
  /** The summary that each watch was told last, so that only what changed is told. */
  readonly #told = new WeakMap<Watch, Map<CompoundId, Summary>>()
  readonly #dirty = new Set<CompoundId>()
  readonly #transitions: PacedTransitions
  readonly #summaries: Pacer<'all'>
  readonly #devices: Pacer<CompoundId>
  #watched: ReadonlySet<CompoundId> | 'all' = new Set()
  /** Of what is watched, that of which somebody wants the devices too. */
  #followed: ReadonlySet<CompoundId> | 'all' = new Set()

  constructor(house: FeedHouse) {
    this.#house = house
    this.#transitions = new PacedTransitions(house.clock, (told) => this.#tellAlarm(told))
    this.#summaries = new Pacer(house.clock, SUMMARY_PERIOD, () => this.#tellSummaries())
    this.#devices = new Pacer(house.clock, DEVICES_PERIOD, (compound) => this.#tellDevices(compound))
  }

  /** The watch turns to these compounds and gets the picture of them. All in one tick: what comes after is not in the picture, and nothing is in neither. */
  watch(watch: Watch, wanted: Wanted): WatchState {
    watch.turnTo(wanted)
    this.#watches.add(watch)
    this.#countWatched()
    return this.picture(watch)
  }

  /** Everything that the watch sees, as it is now. */
  picture(watch: Watch): WatchState {
    const { board } = this.#house
    const compounds: Summary[] = []
    const told = new Map<CompoundId, Summary>()
    for (const summary of board.summaries.values()) {
      if (!watch.sees(summary.id)) continue
      compounds.push(summary)
      told.set(summary.id, summary)
    }
    this.#told.set(watch, told)
    const alarms: Alarm[] = []
    for (const alarm of board.openAlarms.values()) if (watch.sees(alarm.compound)) alarms.push(alarm)
    return { seq: watch.seq, compounds, alarms }
  }

  end(watch: Watch): void {
    if (this.#watches.delete(watch)) this.#countWatched()
  }

  /** The board has to know the outcome before: this takes care of it. */
  outcome(outcome: Outcome): void {
    this.#house.board.apply(outcome)
    for (const told of outcome.transitions) this.#transitions.take(told)
    for (const { id } of outcome.summaries) this.#summaryChanged(id)
    for (const { id } of outcome.changes.compounds.put) this.#summaryChanged(id)
    if (this.#dirty.size > 0) this.#summaries.due('all')
    const touched = new Set<CompoundId>()
    for (const { device, online, lastSeenAt } of outcome.presence) {
      const compound = this.#house.directory.devices.get(device)?.compound
      if (compound === undefined || !isIn(this.#followed, compound)) continue
      this.#gather(compound, { device, online, ...(lastSeenAt === null ? {} : { lastSeenAt }) })
      touched.add(compound)
    }
    for (const compound of touched) this.#devices.due(compound)
  }

  latest(changes: readonly LatestChange[]): void {
    const touched = new Set<CompoundId>()
    for (const { device, compound, values } of changes) {
      if (!isIn(this.#followed, compound)) continue
      this.#gather(compound, { device, latest: values })
      touched.add(compound)
    }
    for (const compound of touched) this.#devices.due(compound)
  }

  stop(): void {
    this.#transitions.stop()
    this.#summaries.stop()
    this.#devices.stop()
  }

  #tellAlarm({ alarm, transition }: AlarmTransition): void {
    this.#tell(alarm.compound, { name: 'alarm', body: { alarm, transition } })
  }

  #tell(compound: CompoundId | null, event: Parameters<Watch['tell']>[0]): void {
    for (const watch of this.#watches) {
      if (watch.sees(compound) && (watch.devices || event.name !== 'devices')) this.#house.onTold(event.name, watch.tell(event) ? 'told' : 'missed')
    }
  }

  #tellSummaries(): void {
    const changed: Summary[] = []
    for (const id of this.#dirty) {
      const summary = this.#house.board.summaries.get(id)
      if (summary) changed.push(summary)
    }
    this.#dirty.clear()
    for (const watch of this.#watches) {
      const told = this.#told.get(watch)
      const compounds = changed.filter((summary) => watch.sees(summary.id) && told?.get(summary.id) !== summary)
      if (compounds.length === 0) continue
      for (const summary of compounds) told?.set(summary.id, summary)
      this.#house.onTold('summary', watch.tell({ name: 'summary', body: { compounds } }) ? 'told' : 'missed')
    }
  }

  #tellDevices(compound: CompoundId): void {
    const gathered = this.#changes.get(compound)
    this.#changes.delete(compound)
    if (gathered) this.#tell(compound, { name: 'devices', body: { compound, changes: [...gathered.values()] } })
  }

  #summaryChanged(id: CompoundId): void {
    if (isIn(this.#watched, id)) this.#dirty.add(id)
  }

  #gather(compound: CompoundId, change: DeviceChange): void {
    let gathered = this.#changes.get(compound)
    if (!gathered) {
      gathered = new Map()
      this.#changes.set(compound, gathered)
    }
    const before = gathered.get(change.device)
    const latest = before?.latest && change.latest ? { ...before.latest, ...change.latest } : (change.latest ?? before?.latest)
    gathered.set(change.device, { ...before, ...change, ...(latest ? { latest } : {}) })
  }

  #countWatched(): void {
    const watches = [...this.#watches]
    this.#watched = union(watches)
    this.#followed = union(watches.filter((watch) => watch.devices))
    for (const compound of this.#changes.keys()) if (!isIn(this.#followed, compound)) this.#changes.delete(compound)
    this.#house.onWatched(this.#followed === 'all' ? 'all' : [...this.#followed])
  }
}

function isIn(compounds: ReadonlySet<CompoundId> | 'all', compound: CompoundId): boolean {
  return compounds === 'all' || compounds.has(compound)
}

/** Everything that any of them watches. */
function union(watches: readonly Watch[]): ReadonlySet<CompoundId> | 'all' {
  const all = new Set<CompoundId>()
  for (const { compounds } of watches) {
    if (compounds === 'all') return 'all'
    for (const compound of compounds) all.add(compound)
  }
  return all
}
