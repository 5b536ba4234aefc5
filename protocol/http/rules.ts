/** The rules of the platform as they are in force. */
import Joi from 'joi'
import { SEVERITIES } from '../names.ts'
import type { Bilingual, Kind, Severity } from '../names.ts'
import type { Plain } from './common.ts'
import { bilingual } from './common.ts'

/** A number of a rule, with the value that holds now; `env` is the variable that sets it. */
export interface RuleSettingView {
  readonly name: string
  /** What it does. */
  readonly label: Bilingual
  readonly env: string
  readonly unit: string | null
  readonly value: number
  readonly default: number
  readonly min: number
  readonly max: number
}
const setting = Joi.object<Plain<RuleSettingView>, true>({
  name: Joi.string().required(),
  label: bilingual.required(),
  env: Joi.string().required(),
  unit: Joi.string().allow(null).required(),
  value: Joi.number().required(),
  default: Joi.number().required(),
  min: Joi.number().required(),
  max: Joi.number().required()
}).meta({ name: 'RuleSetting' })

export interface RuleView {
  readonly id: string
  readonly title: Bilingual
  /** By kind of device, or of the platform itself, how grave it is. */
  readonly severity: Readonly<Partial<Record<Kind | 'platform', Severity>>>
  readonly latches: boolean
  readonly settings: readonly RuleSettingView[]
}
const ruleView = Joi.object<Plain<RuleView>, true>({
  id: Joi.string().required(),
  title: bilingual.required(),
  severity: Joi.object().pattern(Joi.string(), Joi.string().valid(...SEVERITIES)).required(),
  latches: Joi.boolean().required(),
  settings: Joi.array().items(setting).required()
}).meta({ name: 'Rule' })

export interface RulesView {
  readonly rules: readonly RuleView[]
  /** Numbers that belong to no single rule. */
  readonly settings: readonly RuleSettingView[]
}
export const rulesView = Joi.object<Plain<RulesView>, true>({
  rules: Joi.array().items(ruleView).required(),
  settings: Joi.array().items(setting).required()
}).meta({ name: 'Rules' })
