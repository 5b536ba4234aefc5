import type { CompoundId, DeviceId, Kind, Millis } from '../../protocol/names.ts'
import { EMPTY_FLEET } from '../../services/presence/fleet.ts'
import type { Fleet } from '../../services/presence/fleet.ts'
import { judgeDevice } from '../../services/rules/engine.ts'
import type { DeviceInput, DeviceRejection } from '../../services/rules/judgement.ts'
import type { RuleId } from '../../services/rules/registry.ts'
import { DEFAULT_SETTINGS } from '../../services/rules/settings.ts'
import type { RuleSettings } from '../../services/rules/settings.ts'
import type { Signal } from '../../services/rules/signal.ts'
import { initialDeviceState } from '../../services/rules/state.ts'
import type { DeviceState } from '../../services/rules/state.ts'
import type { DeviceRecord, QuarantineRecord } from '../../services/store/ports.ts'

/** 2026-01-01; every test counts seconds from here. */
export const START = 1_767_225_600_000
export const s = (seconds: number): Millis => START + Math.round(seconds * 1000)

/** One device with its state, judged as the fold would: timers that are due before an input fire first. Its state goes through JSON before every input. */
export class OneDevice {
  readonly record: DeviceRecord
  readonly signals: Signal[] = []
  readonly quarantine: QuarantineRecord[] = []
  readonly rejections: DeviceRejection[] = []
  readonly children: string[] = []
  /** Its connection history, one line each: `12 online connected`, with the seconds. */
  readonly connections: string[] = []
  state: DeviceState = initialDeviceState()
  due: Millis | null = null
  online = false
  fleet: Fleet = EMPTY_FLEET
  settings: RuleSettings = DEFAULT_SETTINGS
  #position = 0

  constructor(kind: Kind, gateway: string | null = null) {
    this.record = {
      id: `c01-${kind}-1` as DeviceId, kind, compound: 'c01' as CompoundId, gateway: gateway as DeviceId | null,
      location: { building: 'b1' }, model: null, tokenHash: '', enrolledAt: START
    }
  }

  /** Lets time pass up to `at`, inclusive: timers fire when they are due. */
  pass(at: Millis): this {
    while (this.due !== null && this.due <= at) this.#judge({ type: 'due' }, this.due)
    return this
  }

  input(at: Millis, input: DeviceInput): this {
    this.pass(at)
    this.#judge(input, at)
    return this
  }

  /** A message; `body` is written as JSON unless it is text. */
  says(at: Millis, channel: string, body: unknown, via: string = this.record.gateway ?? this.record.id): this {
    const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
    this.#position += 1
    const { id: device, compound, kind } = this.record
    return this.input(at, {
      type: 'message',
      entry: { type: 'message', device, compound, kind, channel, via: via as DeviceId, body: bytes, size: bytes.byteLength, position: this.#position, at }
    })
  }

  /** What was said to the alarm book so far, one line each: `raise smoke.alarm 12` with the seconds of its `ts`. */
  get lines(): string[] {
    return this.signals.map(({ change, rule, ts, until }) => `${change} ${rule} ${(ts - START) / 1000}${until === undefined ? '' : ` until ${(until - START) / 1000}`}`)
  }

  /** Those of the lines that speak of one of these rules. */
  linesOf(...rules: readonly RuleId[]): string[] {
    return this.lines.filter((line) => rules.some((rule) => line.split(' ')[1] === rule))
  }

  #judge(input: DeviceInput, at: Millis): void {
    const state = JSON.parse(JSON.stringify(this.state)) as DeviceState
    const judged = judgeDevice(this.record, state, input, at, { settings: this.settings, fleet: this.fleet })
    this.state = judged.state
    this.due = judged.due
    this.signals.push(...judged.signals)
    this.quarantine.push(...judged.quarantine)
    this.rejections.push(...judged.rejections)
    if (judged.presence) this.online = judged.presence.online
    if (judged.connection) this.connections.push(`${(at - START) / 1000} ${judged.connection.online ? 'online' : 'offline'} ${judged.connection.why}`)
    if (judged.children) this.children.push(judged.children)
  }
}
