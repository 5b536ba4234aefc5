import { parseTopic } from '../../protocol/topics.ts'
import type { DeviceId } from '../../protocol/names.ts'
import type { LinkListener, Outgoing } from '../mqtt-link.ts'
import type { Random } from '../random.ts'
import type { Command, Device } from './device.ts'

/** What a speaker needs of a link; `MqttLink` is one. */
export interface Link {
  readonly online: boolean
  /** Thrown out, and not yet back. */
  readonly lost: boolean
  readonly pending: number
  start(): void
  stop(): void
  cut(): void
  freeze(): void
  thaw(): void
  publish(message: Outgoing): void
}

/** Hears what the platform says to devices. */
export interface Ear {
  rejected(device: DeviceId, body: string): void
  command(device: DeviceId, command: Command): void
  refused(speaker: Speaker, code: number): void
}

/** A gateway asks all its detectors after it started; the first round takes so long. */
const FIRST_ROUND_MS = 20_000
const OWN_FIRST_MS = 3_000

/** One connection and the devices that speak through it: a door or a camera alone, or a gateway with its detectors. */
export class Speaker implements LinkListener {
  readonly self: Device
  readonly children: readonly Device[]
  readonly link: Link
  readonly #makeLink: (listener: LinkListener) => Link
  readonly #random: Random
  readonly #ear: Ear
  readonly #devices: ReadonlyMap<string, Device>
  #fresh = true
  #twin: Link | null = null

  constructor(self: Device, children: readonly Device[], link: (listener: LinkListener) => Link, random: Random, ear: Ear) {
    this.self = self
    this.children = children
    this.#random = random
    this.#ear = ear
    this.#devices = new Map([self, ...children].map((device) => [device.about.id, device]))
    this.#makeLink = link
    this.link = link(this)
  }

  /** Somebody else with the same identity connects, and comes back whenever he is thrown out. */
  meetTwin(): void {
    this.#twin ??= this.#makeLink({ connected: () => undefined, lost: () => undefined, refused: () => undefined, received: () => undefined })
    this.#twin.start()
  }

  /** He is gone for good. */
  loseTwin(): void {
    this.#twin?.stop()
    this.#twin = null
  }

  /** Everything that it has open is closed. */
  disconnect(): void {
    this.loseTwin()
    this.link.stop()
  }

  /** Power comes: everything behind it starts anew and connects. */
  switchOn(): void {
    this.#fresh = true
    for (const device of this.#devices.values()) device.switchOn()
    this.link.start()
  }

  /** The power is cut: not a word more. */
  cutPower(): void {
    for (const device of this.#devices.values()) device.rest()
    this.link.cut()
  }

  /** Ends its daily life, so that the link can empty. */
  rest(): void {
    for (const device of this.#devices.values()) device.rest()
  }

  connected(): void {
    this.self.sayOnline()
    if (!this.#fresh) return
    this.#fresh = false
    this.self.wake(this.#random.next() * OWN_FIRST_MS)
    for (const child of this.children) child.wake(this.#random.next() * FIRST_ROUND_MS)
  }

  lost(): void {
    // Its devices live on; what they say waits in the link.
  }

  refused(code: number): void {
    this.#ear.refused(this, code)
  }

  received(topic: string, payload: Buffer): void {
    const parsed = parseTopic(topic)
    const device = parsed && this.#devices.get(parsed.device)
    if (!parsed || !device) return
    if (parsed.channel === 'rejected') this.#ear.rejected(device.about.id, payload.toString())
    else if (parsed.channel === 'command') {
      const command = readCommand(payload)
      if (!command) return
      this.#ear.command(device.about.id, command)
      device.handle(command)
    }
  }
}

function readCommand(payload: Buffer): Command | null {
  try {
    const body = JSON.parse(payload.toString()) as { id?: unknown; name?: unknown; args?: unknown } | null
    if (typeof body?.id !== 'string' || typeof body.name !== 'string') return null
    return { id: body.id, name: body.name, args: typeof body.args === 'object' && body.args ? (body.args as Command['args']) : {} }
  } catch {
    return null
  }
}
