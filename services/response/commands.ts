import type { DeviceId } from '../../protocol/names.ts'
import { deviceTopic } from '../../protocol/topics.ts'
import type { Dispatch } from '../brain/outcome.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/log.ts'
import type { Directory } from '../registry/directory.ts'

interface CommandsParts {
  readonly directory: Pick<Directory, 'devices'>
  readonly clock: Clock
  readonly log: Logger
  /** To one connection; false when there is none, or when it may not get this topic. */
  readonly publishTo: (client: DeviceId, message: { topic: string; payload: string; qos: 1; retain: false }) => Promise<boolean>
  /** A connection has it: the brain is to know. */
  readonly sent: (command: string) => Promise<unknown>
}

/**
 * Hands commands to the device's own connection, or to its gateway's. Where there is neither, nothing is put aside: the brain says it again when
 * the device comes, if it still holds or is still in time.
 */
export class CommandsOut {
  readonly #parts: CommandsParts

  constructor(parts: CommandsParts) {
    this.#parts = parts
  }

  /** Resolves when it is handed over and on record, or cannot be. Never rejects. */
  async tell({ id, device: to, name, args, expiresAt, holding }: Dispatch): Promise<void> {
    const { directory, clock, log, publishTo, sent } = this.#parts
    const device = directory.devices.get(to)
    // The brain may have been behind: what is late by now is not for the device any more.
    if (!device || (!holding && expiresAt <= clock.now())) return
    const message = {
      topic: deviceTopic(device.compound, device.kind, device.id, 'command'), payload: JSON.stringify({ id, name, args, expiresAt }), qos: 1, retain: false
    } as const
    try {
      const handed = (await publishTo(device.id, message)) || (device.gateway !== null && (await publishTo(device.gateway, message)))
      if (handed) await sent(id)
    } catch (error) {
      log.error({ err: error, command: id, device: to }, 'a command could not be handed over')
    }
  }
}
