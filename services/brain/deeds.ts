import type { IssuedCommand } from '../../protocol/command.ts'
import type { Millis } from '../../protocol/names.ts'
import type { AlarmAction } from '../alarms/actions.ts'
import { DEED } from '../alarms/deeds.ts'
import type { RegistryAction } from '../registry/actions.ts'
import type { RegistryRows } from '../registry/records.ts'
import { reduce } from '../registry/reduce.ts'
import type { ActionEntry, JournalEntry } from '../store/ports.ts'
import { isCommandAction } from './command-actions.ts'
import type { CommandAction } from './command-actions.ts'
import type { Commands } from './commands.ts'
import type { Devices, Parts } from './devices.ts'
import { missingRight } from './flow-right.ts'
import type { Action } from './port.ts'
import type { Self } from './self.ts'

const REGISTRY: ReadonlySet<string> = new Set<RegistryAction['name']>([
  'compound.create', 'device.enrol', 'device.remove', 'device.token', 'user.password', 'session.open', 'session.close',
  'token.create', 'token.remove', 'flows.account', 'flows.rights', 'flows.change', 'passages.read'
])

/** What people do: judged by the registry, the alarm book or the commands, answered, and written into the audit. */
export class Deeds {
  readonly #parts: Parts
  readonly #devices: Devices
  readonly #commands: Commands
  readonly #self: Self

  constructor(parts: Parts, devices: Devices, commands: Commands, self: Self) {
    this.#parts = parts
    this.#devices = devices
    this.#commands = commands
    this.#self = self
  }

  act(entry: ActionEntry & Pick<JournalEntry, 'position'>, at: Millis): void {
    const { actor, position } = entry
    const action = entry.action as Action
    const missing = missingRight(this.#parts, actor, action)
    if (missing !== null) {
      const message = `Flows need the right ${missing} for this: an administrator can give it.`
      const object = 'alarm' in action ? action.alarm : 'device' in action ? action.device : null
      const refusal = { ok: false, code: 'life-safety-right-missing', message } as const
      return this.#parts.ledger().answered(refusal, { position, at, actor, name: action.name, object, refused: refusal.code, detail: message })
    }
    if (isAlarmAction(action)) return this.#alarm(action, position, at, actor)
    if (isCommandAction(action)) return this.#command(action, position, at, actor)
    if (action.name === 'platform.seen') {
      this.#self.seen(action, at)
      return this.#parts.ledger().replied(position, { ok: true, value: null })
    }
    if (REGISTRY.has(action.name)) return this.#registry(action, position, at, actor)
    const reply = { ok: false, code: 'unknown-action', message: `Nobody here knows the action "${entry.action.name}".` } as const
    this.#parts.ledger().answered(reply, { position, at, actor, name: entry.action.name, object: null, refused: reply.code, detail: reply.message })
  }

  /** The session or token of this timer's key is over. */
  expired(key: string): void {
    const colon = key.indexOf(':')
    const gone = { put: [], remove: [key.slice(colon + 1)] }
    this.#carryOut(key.startsWith('session:') ? { sessions: gone } : { tokens: gone })
  }

  /** Asks for the timers of what was restored. */
  finish(): void {
    const { records, timers, summaries } = this.#parts
    for (const id of records.compounds.keys()) summaries.compound(id)
    for (const { hash, expiresAt } of records.sessions.values()) timers.set(`session:${hash}`, expiresAt)
    for (const { id, expiresAt } of records.tokens.values()) timers.set(`token:${id}`, expiresAt)
  }

  #alarm(action: AlarmAction, position: number, at: Millis, actor: string): void {
    const reply = this.#parts.book.act(action, at, actor)
    const detail = reply.ok ? wordsOf(action) : reply.message
    this.#parts.ledger().answered(reply, {
      position, at, actor, name: action.name, object: action.alarm, refused: reply.ok ? null : reply.code, detail
    })
  }

  #command(action: CommandAction, position: number, at: Millis, actor: string): void {
    if (action.name === 'command.sent') {
      this.#commands.sent(action.command, at)
      return this.#parts.ledger().replied(position, { ok: true, value: null })
    }
    const restores = action.name === 'building.restore'
    const reply = restores ? this.#commands.restoreBuilding(action.compound, action.building, at, actor) : this.#commands.issue(action, at, actor)
    const object = restores ? `${action.compound}/${action.building}` : action.device
    // Without the arguments: what a device is configured with may be a secret.
    const detail = !reply.ok ? reply.message : restores ? (reply.value as string[]).join(', ') : `${(reply.value as IssuedCommand).id} ${action.command}`
    this.#parts.ledger().answered(reply, { position, at, actor, name: action.name, object, refused: reply.ok ? null : reply.code, detail })
  }

  #registry(action: RegistryAction, position: number, at: Millis, actor: string): void {
    const { records, book } = this.#parts
    const { reply, rows, object, refused, detail } = reduce(records, action, at, actor)
    for (const id of rows.devices?.remove ?? []) {
      book.removed(id, at, actor)
      this.#commands.removed(id, at)
    }
    this.#carryOut(rows)
    this.#parts.ledger().answered(reply, { position, at, actor, name: action.name, object, refused, detail })
  }

  #carryOut(rows: RegistryRows): void {
    const { records, timers, summaries, ledger, guarded } = this.#parts
    for (const { id } of rows.compounds?.put ?? []) summaries.compound(id)
    const enrolled = (rows.devices?.put ?? []).filter(({ id }) => !records.devices.has(id))
    for (const { compound } of enrolled) summaries.devices(compound, 1)
    for (const id of rows.devices?.remove ?? []) {
      const device = records.devices.get(id)
      if (!device) continue
      summaries.devices(device.compound, -1)
      if (this.#devices.isOnline(id)) summaries.online(device.compound, -1)
      this.#devices.forget(id)
    }
    records.apply(rows)
    for (const { id, enrolledAt } of enrolled) guarded(`due:${id}`, () => this.#devices.hear(id, { type: 'enrolled' }, enrolledAt))
    for (const { hash, expiresAt } of rows.sessions?.put ?? []) timers.set(`session:${hash}`, expiresAt)
    for (const hash of rows.sessions?.remove ?? []) timers.set(`session:${hash}`, null)
    for (const { id, expiresAt } of rows.tokens?.put ?? []) timers.set(`token:${id}`, expiresAt)
    for (const id of rows.tokens?.remove ?? []) timers.set(`token:${id}`, null)
    ledger().changes.rows(rows)
  }
}

function isAlarmAction(action: Action): action is AlarmAction {
  return Object.hasOwn(DEED, action.name)
}

/** What the audit says of an action that was carried out. */
function wordsOf(action: AlarmAction): string {
  switch (action.name) {
    case 'alarm.shelve':
      return `${action.minutes} min: ${action.reason}`
    case 'alarm.close':
      return action.note === null ? action.cause : `${action.cause}: ${action.note}`
    case 'alarm.acknowledge':
    case 'alarm.unshelve':
    case 'alarm.confirm':
    case 'alarm.reset':
    case 'alarm.note':
      break
  }
  return action.note ?? ''
}
