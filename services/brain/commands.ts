import { commandFaults, holdOf } from '../../protocol/command.ts'
import type { IssuedCommand } from '../../protocol/command.ts'
import type { CommandResult } from '../../protocol/decoded.ts'
import type { CompoundId, DeviceId, Millis } from '../../protocol/names.ts'
import { commandExpiry, millisOf } from '../rules/settings.ts'
import type { RuleSettings } from '../rules/settings.ts'
import type { DeviceRecord } from '../store/ports.ts'
import type { CommandAction } from './command-actions.ts'
import { answered, ended, handedOver, isOver, isWaiting, tooLate, toldAnew } from './command-lifecycle.ts'
import type { Parts } from './devices.ts'
import type { Reply } from './outcome.ts'

/** Commands that may wait for one device to take them (design choice): a flow that runs wild must not fill the memory. */
const MOST_WAITING = 32
/** So long after its end a command is remembered, ms: a result that is repeated is then known for what it is (design choice). */
const REMEMBERED = 600_000
const COUNTER = 'commands'
const COMMAND_ID = /^k([1-9]\d{0,14})$/

/** A value, replaced at each change. `due`: when its time is over, when it is sent again (one that holds), or when it is forgotten. */
interface Kept {
  readonly command: IssuedCommand
  readonly due: Millis | null
}

type Refusal = { readonly code: 'unknown-command' | 'command-over'; readonly message: string }

/**
 * The commands that are under way or hold. Never an offline queue: what is not taken in its time expires, by the clock of the journal. What
 * holds (a door's `release`) is sent on each connection anew, until another command takes its place.
 */
export class Commands {
  readonly #parts: Parts
  readonly #settings: () => RuleSettings
  readonly #told: (device: DeviceId, command: string, at: Millis) => void
  readonly #kept = new Map<string, Kept>()
  readonly #byDevice = new Map<DeviceId, Set<string>>()
  #count = 0

  /** @param told a device has this command now, for the rules */
  constructor(parts: Parts, settings: () => RuleSettings, told: (device: DeviceId, command: string, at: Millis) => void) {
    this.#parts = parts
    this.#settings = settings
    this.#told = told
  }

  issue({ device: id, command: name, args }: Extract<CommandAction, { name: 'command.issue' }>, at: Millis, by: string): Reply {
    const device = this.#parts.records.devices.get(id)
    if (!device) return { ok: false, code: 'not-found', message: `There is no device ${id}.` }
    const faults = commandFaults(device.kind, name, args)
    if (faults.length > 0) return { ok: false, code: 'bad-input', message: faults.map(({ message }) => message).join('; ').slice(0, 1000), faults }
    if (this.#of(id).filter(({ command }) => isWaiting(command)).length >= MOST_WAITING) {
      return { ok: false, code: 'too-many-waiting', message: `${MOST_WAITING} commands wait for ${id} already.` }
    }
    return { ok: true, value: this.#issue(device, name, args, at, by) }
  }

  /** Restores every door of the building that is held released; replies the ids of the commands. */
  restoreBuilding(compound: CompoundId, building: string, at: Millis, by: string): Reply {
    const { compounds, devices } = this.#parts.records
    if (!compounds.get(compound)?.buildings.some(({ id }) => id === building)) {
      return { ok: false, code: 'not-found', message: `There is no building ${building} in ${compound}.` }
    }
    const doors = new Set<DeviceRecord>()
    for (const { command } of inOrder(this.#kept.values())) {
      const device = devices.get(command.device)
      const here = device?.compound === compound && device.location.building === building
      if (here && command.holding && holdOf(device.kind, command.name) === 'until-replaced') doors.add(device)
    }
    if (doors.size === 0) return { ok: false, code: 'nothing-held', message: `No door of ${building} in ${compound} is held released.` }
    return { ok: true, value: [...doors].map((door) => this.#issue(door, 'restore', {}, at, by).id) }
  }

  /** The platform handed it to a connection. */
  sent(id: string, at: Millis): void {
    const kept = this.#kept.get(id)
    if (!kept) return
    this.#keep(handedOver(kept.command, at), kept.due)
    this.#tell(kept.command, at)
  }

  /** The device said how it went. Null: taken; else why not. */
  answered(device: DeviceId, id: string, result: CommandResult, at: Millis): Refusal | null {
    const kept = this.#kept.get(id)
    if (!kept || kept.command.device !== device) return this.#refusal(device, id)
    const { command } = kept
    const after = answered(command, result, at)
    if (after === null) return { code: 'command-over', message: `${id} is ${command.state} already: "${result.state}" comes too late` }
    if (after === command) return null
    // Faster than the report of the sending: it has it now.
    if (command.state === 'queued' && command.sentAt === null) this.#tell(command, at)
    const done = after.state === 'done' && this.#holds(after) === 'until-done' ? { ...after, holding: false } : after
    if (!isOver(done)) this.#keep(done, at + millisOf(this.#settings(), 'command.result'))
    else this.#keep(done, done.holding ? null : at + REMEMBERED)
    return null
  }

  /** It is here: it is told what holds, and what still waits for it. A gateway hears that for its children too. */
  connected(id: DeviceId, at: Millis): void {
    for (const device of [id, ...this.#parts.records.children(id)]) {
      for (const { command, due } of this.#of(device)) {
        if (command.holding) this.#hold(toldAnew(command, at), at)
        else if (isWaiting(command) && due !== null && due > at) this.#dispatch(command, due)
      }
    }
  }

  /** The timer of a command. */
  due(id: string, at: Millis): void {
    const kept = this.#kept.get(id)
    if (!kept) return
    const { command } = kept
    if (command.holding) this.#hold(command, at)
    else if (isOver(command)) this.#forget(command)
    else this.#keep(tooLate(command, at), at + REMEMBERED)
  }

  /** The device is gone: nothing is to be done by it any more. */
  removed(device: DeviceId, at: Millis): void {
    for (const { command } of this.#of(device)) this.#keep(ended(command, 'the device was removed', at), at + REMEMBERED)
  }

  /** Takes back what `wrote` told, piece by piece; `finish` afterwards. False: not a piece of this. */
  restore(key: string, value: unknown): boolean {
    if (key === COUNTER) this.#count = value as number
    else if (key.startsWith('command:')) this.#put(value as Kept)
    else return false
    return true
  }

  /** Asks for the timers of what was restored. */
  finish(): void {
    for (const { command, due } of this.#kept.values()) this.#parts.timers.set(`command:${command.id}`, due)
  }

  #issue({ id: device, kind, compound }: DeviceRecord, name: string, args: IssuedCommand['args'], at: Millis, by: string): IssuedCommand {
    const hold = holdOf(kind, name)
    const before = hold === null ? [] : this.#of(device).filter(({ command }) => command.holding)
    this.#count += 1
    this.#parts.wrote(COUNTER, this.#count)
    const id = `k${this.#count}`
    for (const { command } of before) this.#keep(ended(command, `replaced by ${id}`, at), at + REMEMBERED)
    const holding = hold === 'until-replaced' || (hold === 'until-done' && before.length > 0)
    const expiresAt = at + commandExpiry(this.#settings(), kind)
    const command: IssuedCommand = {
      id, device, compound, name, args, by, state: 'queued', message: null, holding, expiresAt: holding ? null : expiresAt,
      queuedAt: at, sentAt: null, acceptedAt: null, doneAt: null, failedAt: null, expiredAt: null
    }
    this.#keep(command, expiresAt)
    this.#dispatch(command, expiresAt)
    return command
  }

  /** Has it sent now, and again when nothing is heard of it. */
  #hold(command: IssuedCommand, at: Millis): void {
    const kind = this.#parts.records.devices.get(command.device)?.kind
    if (!kind) return
    const again = at + commandExpiry(this.#settings(), kind)
    this.#keep(command, again)
    this.#dispatch(command, again)
  }

  #holds({ device, name }: IssuedCommand): ReturnType<typeof holdOf> {
    const kind = this.#parts.records.devices.get(device)?.kind
    return kind ? holdOf(kind, name) : null
  }

  /** A door that is held released is right not to lock. */
  #tell({ id, device, name }: IssuedCommand, at: Millis): void {
    const isHeld = this.#of(device).some(({ command }) => command.holding && command.id !== id)
    if (!isHeld) this.#told(device, name, at)
  }

  #dispatch({ id, device, name, args, holding }: IssuedCommand, expiresAt: Millis): void {
    this.#parts.ledger().dispatch({ id, device, name, args, expiresAt, holding })
  }

  #refusal(device: DeviceId, id: string): Refusal {
    // The counter still knows of what is forgotten.
    const issued = Number(COMMAND_ID.exec(id)?.[1] ?? Infinity) <= this.#count && !this.#kept.has(id)
    if (issued) return { code: 'command-over', message: `${id} was over long ago, if it was one for ${device}` }
    return { code: 'unknown-command', message: `${device} was sent no command ${id.slice(0, 64)}` }
  }

  /** What is kept of a device, oldest first: the order of a set depends on what was restored. */
  #of(device: DeviceId): Kept[] {
    const found: Kept[] = []
    for (const id of this.#byDevice.get(device) ?? []) {
      const kept = this.#kept.get(id)
      if (kept) found.push(kept)
    }
    return inOrder(found)
  }

  #keep(command: IssuedCommand, due: Millis | null): void {
    const kept = { command, due }
    const before = this.#kept.get(command.id)
    this.#put(kept)
    this.#parts.timers.set(`command:${command.id}`, due)
    this.#parts.wrote(`command:${command.id}`, kept)
    if (before?.command !== command) this.#parts.ledger().changes.command(command)
  }

  #put(kept: Kept): void {
    const { id, device } = kept.command
    this.#kept.set(id, kept)
    const ids = this.#byDevice.get(device)
    if (ids) ids.add(id)
    else this.#byDevice.set(device, new Set([id]))
  }

  #forget({ id, device }: IssuedCommand): void {
    this.#kept.delete(id)
    const ids = this.#byDevice.get(device)
    ids?.delete(id)
    if (ids?.size === 0) this.#byDevice.delete(device)
    this.#parts.wrote(`command:${id}`, undefined)
  }
}

function inOrder(kept: Iterable<Kept>): Kept[] {
  return [...kept].sort((a, b) => Number(a.command.id.slice(1)) - Number(b.command.id.slice(1)))
}
