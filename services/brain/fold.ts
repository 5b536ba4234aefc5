import type { Alarm } from '../../protocol/alarm.ts'
import { decodeCommandResult } from '../../protocol/decode.ts'
import type { DeviceId, Millis } from '../../protocol/names.ts'
import { channelOf } from '../../protocol/topics.ts'
import { Book } from '../alarms/book.ts'
import { EXCERPT } from '../intake/report.ts'
import { asError } from '../kernel/errors.ts'
import { gatewayLost } from '../presence/fleet.ts'
import { Records } from '../registry/records.ts'
import type { JournalEntry, MessageEntry, QuarantineRecord, StatePiece } from '../store/ports.ts'
import { settingsOf } from '../rules/settings.ts'
import type { JudgeDevice } from '../rules/judgement.ts'
import { Commands } from './commands.ts'
import { Deeds } from './deeds.ts'
import { Devices } from './devices.ts'
import { Ledger } from './ledger.ts'
import type { CompoundSummary, Outcome } from './outcome.ts'
import { Self } from './self.ts'
import { META, Pieces, SNAPSHOT_FORMAT } from './snapshot.ts'
import { Summaries } from './summaries.ts'
import { Timers } from './timers.ts'

/** Longer between two entries, and the platform was not listening: a tick is written each second (design choice). */
const LONGEST_GAP = 15_000
/** Behind everything that intake may have to say of the same message. */
const RESULT_N = 1000
const NOTHING = new Uint8Array()

/** What holds for all devices; one piece of state. */
interface Meta {
  readonly format: number
  readonly at: Millis
  readonly settings: Readonly<Record<string, number>>
}

export interface FoldOptions {
  readonly judge: JudgeDevice
  /** An entry, or the timer `key`, could not be judged because of a fault in the program. It is on record; the fold goes on. */
  readonly onFault: (error: Error, where: { readonly position: number; readonly key: string | null }) => void
}

/**
 * Journal entry → intake → presence → rules → alarm book → outcome. Depends on nothing but the entries it gets: no clock but theirs, no
 * randomness, no order of maps. The same journal gives the same outcomes, from its start or from any snapshot.
 */
export class Fold {
  readonly #onFault: FoldOptions['onFault']
  readonly #pieces = new Pieces()
  readonly #timers = new Timers()
  readonly #summaries = new Summaries()
  readonly #records: Records
  readonly #book: Book
  readonly #devices: Devices
  readonly #commands: Commands
  readonly #self: Self
  readonly #deeds: Deeds
  #ledger = new Ledger()
  #position = 0
  #now: Millis = -1
  #settings: Readonly<Record<string, number>> = {}

  constructor({ judge, onFault }: FoldOptions) {
    this.#onFault = onFault
    const ledger = (): Ledger => this.#ledger
    const wrote = (key: string, value: unknown): void => this.#pieces.wrote(key, value)
    this.#records = new Records(wrote)
    this.#book = new Book({
      happened: (alarm, transition) => this.#ledger.happened(alarm, transition),
      changed: (before, after) => this.#summaries.alarm(before, after),
      due: (key, at) => this.#timers.set(key, at),
      wrote
    })
    const guarded = (key: string, run: () => void): void => this.#guarded(key, run)
    const parts = { records: this.#records, book: this.#book, timers: this.#timers, summaries: this.#summaries, ledger, wrote, guarded }
    this.#devices = new Devices(parts, judge)
    this.#commands = new Commands(parts, () => this.#devices.settings, (device, command, at) => {
      guarded(`due:${device}`, () => this.#devices.hear(device, { type: 'told', command }, at))
    })
    this.#self = new Self(parts, () => this.#devices.settings)
    this.#deeds = new Deeds(parts, this.#devices, this.#commands, this.#self)
  }

  /** The last entry that was applied. */
  get position(): number {
    return this.#position
  }

  /** The journal's time, ms; -1 before the first entry. */
  get now(): Millis {
    return this.#now
  }

  /** Judges one entry; entries come in the order of their positions, and one that was applied is left alone. Never throws. */
  apply(entry: JournalEntry): void {
    if (entry.position <= this.#position) return
    this.#position = entry.position
    const at = Math.max(entry.at, this.#now)
    const started = entry.type === 'started'
    if (started) this.#guarded('started', () => this.#hold(entry.settings))
    // Whoever was not listening cannot say who was silent: the time of silence begins anew before any of it is judged.
    if (started || (this.#now >= 0 && at - this.#now > LONGEST_GAP)) {
      this.#now = at
      this.#grace(started, at)
    }
    for (let timer = this.#timers.take(at); timer; timer = this.#timers.take(at)) {
      this.#now = Math.max(this.#now, timer.due)
      this.#fire(timer.key, this.#now)
    }
    this.#now = at
    try {
      this.#judge(entry, at)
    } catch (thrown) {
      this.#poisoned(entry, at, asError(thrown))
    }
  }

  /** Everything since the last call, as of the last entry. */
  take(): Outcome {
    const outcome = this.#ledger.outcome(this.#position, this.#summaries.take())
    this.#ledger = new Ledger()
    return outcome
  }

  /** How each compound stands, by id. */
  summaries(): CompoundSummary[] {
    return this.#summaries.all()
  }

  /** Open alarms, oldest first. */
  openAlarms(): Alarm[] {
    return this.#book.open()
  }

  /** The state that changed since the last call: with all of them before, the whole state as of the last entry. */
  takePieces(): Map<string, unknown> {
    const meta: Meta = { format: SNAPSHOT_FORMAT, at: this.#now, settings: this.#settings }
    this.#devices.writeFleet()
    this.#pieces.wrote(META, meta)
    return this.#pieces.take()
  }

  /** Gives back pieces that could not be written. */
  putBackPieces(pieces: ReadonlyMap<string, unknown>): void {
    this.#pieces.putBack(pieces)
  }

  /** Takes the state back that was written, in this format, as of `position`. For a fold that has seen nothing yet. */
  restore(position: number, pieces: Iterable<StatePiece>): void {
    for (const { key, value } of pieces) {
      if (value === null) continue
      const parsed: unknown = JSON.parse(value)
      if (key === META) this.#restoreMeta(parsed as Meta)
      else if (!this.#records.restore(key, parsed) && !this.#book.restore(key, parsed) && !this.#commands.restore(key, parsed) && !this.#self.restore(key, parsed)) this.#devices.restore(key, parsed)
    }
    this.#position = position
    this.#deeds.finish()
    this.#devices.finish()
    this.#book.finish()
    this.#commands.finish()
    this.#summaries.take()
  }

  #restoreMeta({ at, settings }: Meta): void {
    this.#now = at
    this.#hold(settings)
  }

  #hold(settings: Readonly<Record<string, number>>): void {
    this.#devices.settings = settingsOf(settings)
    this.#settings = settings
  }

  #grace(started: boolean, at: Millis): void {
    // In alphabetical order: that of a map depends on what was removed and restored.
    for (const id of [...this.#records.devices.keys()].sort()) {
      this.#guarded(`due:${id}`, () => this.#devices.hear(id, { type: 'grace', started }, at))
    }
  }

  #fire(key: string, now: Millis): void {
    const colon = key.indexOf(':')
    const id = key.slice(colon + 1)
    this.#guarded(key, () => {
      switch (key.slice(0, colon)) {
        case 'due':
          return this.#devices.hear(id as DeviceId, { type: 'due' }, now)
        case 'shelf':
          return this.#book.shelfEnded(id, now)
        case 'command':
          return this.#commands.due(id, now)
        default:
          return this.#deeds.expired(key)
      }
    })
  }

  #guarded(key: string, run: () => void): void {
    try {
      run()
    } catch (thrown) {
      this.#onFault(asError(thrown), { position: this.#position, key })
    }
  }

  #judge(entry: JournalEntry, at: Millis): void {
    switch (entry.type) {
      case 'message': {
        if (!this.#records.devices.has(entry.device)) {
          return this.#refused(entry, at, 'unknown-device', `${entry.device} is not enrolled (any more).`)
        }
        if (entry.via !== entry.device) this.#devices.hear(entry.via, { type: 'carried' }, at)
        this.#devices.hear(entry.device, { type: 'message', entry }, at)
        return this.#result(entry, at)
      }
      case 'connected':
        this.#devices.hear(entry.device, { type: 'connected', session: entry.session }, at)
        return this.#commands.connected(entry.device, at)
      case 'disconnected': {
        const { device, session, reason } = entry
        const kind = this.#records.devices.get(device)?.kind
        if (kind === 'gateway' && reason === 'lost') this.#devices.fleet = gatewayLost(this.#devices.fleet, at)
        return this.#devices.hear(device, { type: 'disconnected', session, reason }, at)
      }
      case 'violation':
        this.#refused(entry, at, entry.code, entry.detail)
        return this.#devices.hear(entry.device, { type: 'refused' }, at)
      case 'action':
        return this.#deeds.act(entry, at)
      case 'started':
      case 'tick':
        break
    }
  }

  /** Where the message is the result of a command; what is wrong with its form was reported with the message. */
  #result(entry: MessageEntry & JournalEntry, at: Millis): void {
    if (!entry.channel.startsWith('command/')) return
    const command = channelOf(entry.kind, entry.channel)?.ref ?? null
    if (command === null || entry.size > entry.body.byteLength) return
    const { result } = decodeCommandResult(entry.body)
    const refusal = result && this.#commands.answered(entry.device, command, result, at)
    if (refusal) this.#refused(entry, at, refusal.code, refusal.message, RESULT_N)
  }

  /** What could not be judged is kept with the reason; an action is answered. Nothing of it may be half done, so every room computes first and changes then. */
  #poisoned(entry: JournalEntry, at: Millis, error: Error): void {
    this.#onFault(error, { position: entry.position, key: null })
    const message = `This could not be judged: ${error.message}`
    if (entry.type === 'message') this.#refused(entry, at, 'internal-error', message)
    if (entry.type === 'action') {
      const reply = { ok: false, code: 'internal-error', message } as const
      const name = String((entry.action as { name?: unknown } | null)?.name)
      this.#ledger.answered(reply, { position: entry.position, at, actor: entry.actor, name, object: null, refused: reply.code, detail: message })
    }
  }

  #refused(entry: Extract<JournalEntry, { device: DeviceId }>, at: Millis, code: string, message: string, n = 0): void {
    const spoken = entry.type === 'message' ? entry : null
    const record: QuarantineRecord = {
      position: entry.position, n, at, device: entry.device, compound: this.#records.devices.get(entry.device)?.compound ?? null,
      channel: spoken?.channel ?? '', code, path: '', message, refused: true, size: spoken?.size ?? 0,
      body: spoken?.body.subarray(0, EXCERPT) ?? NOTHING
    }
    this.#ledger.changes.quarantine(record)
    if (!spoken) return
    this.#ledger.rejected(entry.device, at, { code, message, path: '', channel: spoken.channel, boot: null, seq: null })
  }
}
