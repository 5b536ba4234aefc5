import type { KeptSubscription } from 'aedes-persistence-level/asyncPersistence.js'
import { TopicTree } from './topic-tree.ts'

/** The filters of persistent sessions, in memory: by topic for whoever publishes, by client for one that comes back. */
export class Filters {
  readonly #tree = new TopicTree<Map<string, KeptSubscription>>()
  readonly #byClient = new Map<string, Map<string, KeptSubscription>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  of(clientId: string): KeptSubscription[] {
    return [...(this.#byClient.get(clientId)?.values() ?? [])]
  }

  add(clientId: string, kept: KeptSubscription): void {
    const clients = this.#tree.get(kept.topic) ?? new Map<string, KeptSubscription>()
    clients.set(clientId, kept)
    this.#tree.set(kept.topic, clients)
    const filters = this.#byClient.get(clientId) ?? new Map<string, KeptSubscription>()
    if (!filters.has(kept.topic)) this.#size += 1
    filters.set(kept.topic, kept)
    this.#byClient.set(clientId, filters)
  }

  remove(clientId: string, filter: string): void {
    const filters = this.#byClient.get(clientId)
    if (!filters?.delete(filter)) return
    this.#size -= 1
    if (filters.size === 0) this.#byClient.delete(clientId)
    const clients = this.#tree.get(filter)
    clients?.delete(clientId)
    if (clients?.size === 0) this.#tree.delete(filter)
  }

  /** Who has a filter that matches and may get the topic: one a client, with the greatest QoS of its matching filters. */
  matching(topic: string, mayReceive: (clientId: string) => boolean): { clientId: string; topic: string; qos: number }[] {
    if (this.#size === 0) return []
    const found = new Map<string, { clientId: string; topic: string; qos: number }>()
    for (const clients of this.#tree.matching(topic)) {
      for (const [clientId, { topic: filter, qos }] of clients) {
        if (qos > (found.get(clientId)?.qos ?? 0) && mayReceive(clientId)) found.set(clientId, { clientId, topic: filter, qos })
      }
    }
    return [...found.values()]
  }
}
