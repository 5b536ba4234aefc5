/** The account that flows come in with, and what of life safety it may do. */
import Joi from 'joi'
import { LIFE_SAFETY_RIGHTS } from '../flow-rights.ts'
import type { LifeSafetyRight } from '../flow-rights.ts'
import type { Bilingual } from '../names.ts'

/** What is to be granted: the whole list, what is not in it is taken back. */
export interface FlowGrants {
  readonly granted: readonly LifeSafetyRight[]
}
const right = (): Joi.StringSchema => Joi.string().valid(...LIFE_SAFETY_RIGHTS)
export const flowGrants = Joi.object<FlowGrants>({ granted: Joi.array().items(right()).unique().required() }).meta({ name: 'FlowGrants' })

export interface FlowRights extends FlowGrants {
  /** Everything that can be granted, with its words. */
  readonly rights: readonly { readonly id: LifeSafetyRight; readonly label: Bilingual }[]
}
export const flowRights = Joi.object<FlowRights>({
  granted: Joi.array().items(right()).unique().required(),
  rights: Joi.array().items(Joi.object({
    id: right().required(), label: Joi.object({ zh: Joi.string().required(), en: Joi.string().required() }).required()
  })).required()
}).meta({ name: 'FlowRights' })
