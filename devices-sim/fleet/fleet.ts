import type { DeviceId, Kind } from '../../protocol/names.ts'
import { deviceTopic } from '../../protocol/topics.ts'
import type { LinkListener } from '../mqtt-link.ts'
import type { PilotDevice } from '../pilot.ts'
import { createRandom } from '../random.ts'
import { Camera } from './camera.ts'
import { Detector } from './detector.ts'
import type { Device, Mouth, World } from './device.ts'
import { Door } from './door.ts'
import { Gateway } from './gateway.ts'
import { Speaker } from './speaker.ts'
import type { Ear, Link } from './speaker.ts'

/** Makes the link of a speaker. */
export type LinkMaker = (speaker: {
  readonly about: PilotDevice
  readonly subscriptions: readonly string[]
  readonly will: () => { topic: string; payload: string }
  readonly listener: LinkListener
}) => Link

const MAKERS: Readonly<Record<Kind, (about: PilotDevice, world: World, mouth: Mouth) => Device>> = {
  smoke: (...given) => new Detector(...given),
  door: (...given) => new Door(...given),
  camera: (...given) => new Camera(...given),
  gateway: (...given) => new Gateway(...given)
}

/** `gateway`: gateways speak for their detectors. `direct`: every device has a connection of its own (a load test, not life). */
export type Connections = 'gateway' | 'direct'

/** The devices of a run and their connections. */
export class Fleet {
  readonly devices = new Map<DeviceId, Device>()
  readonly speakers: Speaker[] = []
  /** Who speaks for a device. */
  readonly speakerOf = new Map<DeviceId, Speaker>()

  constructor(pilot: readonly PilotDevice[], connections: Connections, world: World, makeLink: LinkMaker, ear: Ear) {
    const childrenOf = Map.groupBy(pilot.filter((one) => one.gateway !== null && connections === 'gateway'), (one) => one.gateway)
    for (const about of pilot) {
      if (about.gateway !== null && connections === 'gateway') continue
      // The mouth of a device is the link that is made for it a few lines below.
      let speaker: Speaker | null = null
      const mouth: Mouth = { publish: (message) => speaker?.link.publish(message) }
      const self = MAKERS[about.kind](about, world, mouth)
      const children = (childrenOf.get(about.id) ?? []).map((child) => MAKERS[child.kind](child, world, mouth))
      if (self instanceof Gateway) self.children = children.length
      speaker = new Speaker(self, children, (listener) => makeLink({
        about, listener, subscriptions: subscriptionsOf(about),
        will: () => ({ topic: deviceTopic(about.compound, about.kind, about.id, 'status'), payload: self.status('offline') })
      }), createRandom(world.seed, `speaker ${about.id}`), ear)
      this.speakers.push(speaker)
      for (const device of [self, ...children]) {
        this.devices.set(device.about.id, device)
        this.speakerOf.set(device.about.id, speaker)
      }
    }
  }

  get pending(): number {
    return this.speakers.reduce((sum, speaker) => sum + speaker.link.pending, 0)
  }

  switchOn(): void {
    for (const speaker of this.speakers) speaker.switchOn()
  }

  rest(): void {
    for (const speaker of this.speakers) speaker.rest()
  }

  disconnect(): void {
    for (const speaker of this.speakers) speaker.disconnect()
  }
}

function subscriptionsOf(about: PilotDevice): string[] {
  const of = about.kind === 'gateway' ? `v1/${about.compound}/+/+` : `v1/${about.compound}/${about.kind}/${about.id}`
  return [`${of}/command`, `${of}/rejected`]
}
