/** Commands to devices, and how far they are. */
import Joi from 'joi'
import { COMMAND_STATES } from '../command.ts'
import type { IssuedCommand } from '../command.ts'
import type { CompoundId } from '../names.ts'
import { buildingId, compoundId, deviceId, line, millis } from './common.ts'

export interface NewCommand {
  readonly name: string
  /** As the kind of device declares them; checked behind the form, where the device is known. */
  readonly args: Readonly<Record<string, unknown>>
}
export const newCommand = Joi.object<NewCommand, true>({
  name: line(64).required(),
  args: Joi.object<Record<string, unknown>>().unknown().default({})
}).meta({ name: 'NewCommand' })

export const issuedCommand = Joi.object<{ id: string }, true>({ id: Joi.string().required() }).meta({ name: 'CommandId' })

const when = (): Joi.NumberSchema => millis().allow(null).required()

export const command = Joi.object<IssuedCommand, true>({
  id: Joi.string().required(),
  device: deviceId().required(),
  compound: compoundId().required(),
  name: Joi.string().required(),
  args: Joi.object<Record<string, unknown>>().unknown().required(),
  by: Joi.string().required(),
  state: Joi.string().valid(...COMMAND_STATES).required(),
  message: Joi.string().allow(null, '').required(),
  holding: Joi.boolean().required(),
  expiresAt: when(),
  queuedAt: millis().required(),
  sentAt: when(),
  acceptedAt: when(),
  doneAt: when(),
  failedAt: when(),
  expiredAt: when()
}).meta({ name: 'Command' })

export const ofBuilding = Joi.object<{ id: CompoundId; building: string }, true>({ id: compoundId().required(), building: buildingId().required() })

/** The commands that were issued, one a door. */
export const restoredDoors = Joi.object<{ commands: string[] }, true>({ commands: Joi.array().items(Joi.string()).required() }).meta({ name: 'RestoredDoors' })
