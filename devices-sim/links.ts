import type { Agenda } from './agenda.ts'
import { ConnectPacer } from './connect-pacer.ts'
import { renewToken } from './enrolment.ts'
import { textOf } from './faults.ts'
import type { LinkMaker } from './fleet/fleet.ts'
import { MqttLink } from './mqtt-link.ts'
import type { LinkTarget } from './mqtt-link.ts'
import type { Platform } from './platform.ts'
import type { Site } from '../protocol/http/places.ts'
import { createRandom } from './random.ts'
import type { Tally } from './tally.ts'

/** Connecting at a time; well below what a platform allows to be not logged in yet. */
const CONNECTING = 256
/** Own addresses on loopback, so that one pair of addresses does not run out of ports. */
const ADDRESSES = 16
/** A device whose token was changed by somebody else gets a new one so often; then somebody has to look. */
const RENEWALS = 2

/** Where MQTT is: TLS when the platform itself was reached over TLS and offers it. */
export function targetOf(url: URL, site: Site, ca: string | null): LinkTarget {
  const anywhere = ['', '0.0.0.0', '::'].includes(site.mqtt.host)
  const host = anywhere ? url.hostname.replace(/^\[|\]$/g, '') : site.mqtt.host
  if (url.protocol === 'https:' && site.mqtt.tls !== null) return { host, port: site.mqtt.tls, tls: { ca } }
  return { host, port: site.mqtt.port, tls: null }
}

/**
 * Makes links to one platform.
 * @param processes that do so: together they connect no faster than one
 */
export function linkMaker(target: LinkTarget, tokens: ReadonlyMap<string, string>, agenda: Agenda, seed: number, tally: Tally, processes = 1): (...given: Parameters<LinkMaker>) => MqttLink {
  const pacer = new ConnectPacer(Math.ceil(CONNECTING / processes))
  // Linux answers on all of 127.0.0.0/8; others would have to be set up for it.
  const spread = process.platform === 'linux' && target.host.startsWith('127.')
  let made = 0
  return ({ about, subscriptions, will, listener }) =>
    new MqttLink({
      id: about.id, target, subscriptions, will, listener, agenda, pacer, tally,
      localAddress: spread ? `127.0.0.${2 + (made++ % ADDRESSES)}` : null,
      password: () => tokens.get(about.id) ?? '',
      random: createRandom(seed, `link ${about.id}`)
    })
}

/** Gets new tokens for devices that the platform refuses, one after another; the links use them with their next try. */
export class TokenRenewal {
  readonly #platform: Platform
  readonly #tokens: Map<string, string>
  readonly #tally: Tally
  readonly #renewed: (id: string, token: string) => void
  readonly #tries = new Map<string, number>()
  #chain: Promise<void> = Promise.resolve()

  /** @param renewed told of each new token */
  constructor(platform: Platform, tokens: Map<string, string>, tally: Tally, renewed: (id: string, token: string) => void) {
    this.#renewed = renewed
    this.#platform = platform
    this.#tokens = tokens
    this.#tally = tally
  }

  get used(): boolean {
    return this.#tries.size > 0
  }

  refused(id: string, code: number): void {
    const tries = this.#tries.get(id) ?? 0
    if (tries >= RENEWALS) {
      this.#tally.lastError = `${id} is refused (CONNACK ${code}) with a new token too`
      return
    }
    this.#tries.set(id, tries + 1)
    const before = this.#chain
    this.#chain = this.#renew(id, before)
  }

  async #renew(id: string, before: Promise<void>): Promise<void> {
    await before
    try {
      const token = await renewToken(this.#platform, id)
      this.#tokens.set(id, token)
      this.#renewed(id, token)
    } catch (thrown) {
      this.#tally.lastError = textOf(thrown)
    }
  }
}
