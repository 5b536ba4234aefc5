import type { IncomingMessage, Server } from 'node:http'

/** Where a connection may leave HTTP: these addresses, with whatever query. */
export class Upgrades {
  readonly #paths: readonly string[]

  constructor(paths: readonly string[]) {
    this.#paths = paths
  }

  /** For `createServer`: an upgrade that is offered elsewhere (Java's client offers HTTP/2 everywhere) is left out, and the request answered like any other. */
  readonly shouldUpgradeCallback = ({ url }: Pick<IncomingMessage, 'url'>): boolean => this.#paths.includes(url?.split('?', 1)[0] ?? '')

  /** To be called before others listen for upgrades. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket) => {
      // One that has left HTTP has no listener until somebody takes it: its reset would be an uncaught exception.
      socket.on('error', ignore)
      // Before 24.9 Node does not ask.
      if (!this.shouldUpgradeCallback(request)) socket.destroy()
    })
  }
}

function ignore(): void {}
