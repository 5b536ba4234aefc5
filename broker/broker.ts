import type { Server } from 'node:http'
import { Door } from './aedes.ts'
import { listenTcp, listenTls } from './listeners.ts'
import type { Listener } from './listeners.ts'
import { settle } from './options.ts'
import type { Broker, BrokerOptions, HouseMessage, Listening } from './options.ts'
import type { Principal } from './ports.ts'
import { Strangers } from './strangers.ts'
import { attachWebSocket } from './websocket.ts'

/** An MQTT 3.1.1 broker that records before it acknowledges. Does nothing before `start`. */
export function createBroker<P extends Principal>(options: BrokerOptions<P>): Broker<P> {
  const settled = settle(options)
  const { counters, limits, log } = settled
  const door = new Door<P>(settled)
  const strangers = new Strangers(limits.strangers, counters)
  const accept: Door<P>['accept'] = (socket, address, loggedIn) => door.accept(socket, address, loggedIn)
  const listeners: Listener[] = []
  const detachments = new Set<() => void>()

  const stop = async (): Promise<void> => {
    for (const detach of detachments) detach()
    const closing = listeners.splice(0).map((listener) => listener.close())
    await door.stop()
    await Promise.all(closing)
  }

  return {
    async start(): Promise<Listening> {
      await door.start()
      let tcp: Listener | null = null
      let tls: Listener | null = null
      try {
        if (options.tcp) listeners.push((tcp = await listenTcp(options.tcp, accept, strangers, log)))
        if (options.tls) listeners.push((tls = await listenTls(options.tls, accept, strangers, log, limits.connectTime)))
      } catch (error) {
        await stop()
        throw error
      }
      return { tcp: tcp?.port ?? null, tls: tls?.port ?? null }
    },
    stop,
    attachWebSocket(server: Server, path: string): () => void {
      const detach = attachWebSocket(server, path, accept, strangers, limits.frameBytes)
      const leave = (): void => {
        detach()
        detachments.delete(leave)
      }
      detachments.add(leave)
      return leave
    },
    publish: (message: HouseMessage) => door.publish(message),
    publishTo: (id: string, message: HouseMessage) => door.publishTo(id, message),
    disconnect: (meant) => door.disconnect(meant),
    sessions: () => door.sessions(),
    endSession: (clientId: string) => door.endSession(clientId),
    retainedTopics: (filter: string) => door.retainedTopics(filter),
    isConnected: (id: string) => door.isConnected(id),
    get connectedCount(): number {
      return door.connectedCount
    },
    get remembered(): number {
      return door.remembered
    },
    counters
  }
}

export type { Broker, BrokerOptions, HouseMessage } from './options.ts'
export type { Counters } from './counters.ts'
