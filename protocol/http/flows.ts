/** Flows: how Node-RED stands, what was deployed when, and how that differs. */
import Joi from 'joi'
import type { Millis } from '../names.ts'
import { line, millis } from './common.ts'

export const FLOWS_PHASES = ['off', 'starting', 'running', 'ending', 'waiting', 'unreachable'] as const
export const FLOWS_FAILURES = ['crashed', 'hung', 'memory', 'disk', 'start'] as const

/** How Node-RED stands. */
export interface FlowsState {
  /** `off`: not wanted here; `waiting`: ended, and started again soon; `unreachable`: runs elsewhere and does not answer. */
  readonly phase: (typeof FLOWS_PHASES)[number]
  /** Flows are stopped after several failures; the editor is open. */
  readonly safe: boolean
  /** When the phase began; null: not known. */
  readonly since: Millis | null
  /** Resident memory, bytes; null: not known. */
  readonly memory: number | null
  readonly restarts: number
  readonly last: { readonly at: Millis; readonly why: (typeof FLOWS_FAILURES)[number]; readonly detail: string } | null
}
export const flowsState = Joi.object<FlowsState, true>({
  phase: Joi.string().valid(...FLOWS_PHASES).required(),
  safe: Joi.boolean().required(),
  since: millis().allow(null).required(),
  memory: Joi.number().integer().min(0).allow(null).required(),
  restarts: Joi.number().integer().min(0).required(),
  last: Joi.object({ at: millis().required(), why: Joi.string().valid(...FLOWS_FAILURES).required(), detail: Joi.string().allow('').required() }).allow(null).required()
}).meta({ name: 'FlowsState' })

/** One node, as its editor knows it. */
export type FlowNode = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>
const flowNode = Joi.object<FlowNode>({ id: Joi.string().required(), type: Joi.string().required() }).unknown()

/** A node in a difference, and the tab that it is on; null: it is on none. */
export interface NodeName {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly flow: string | null
}
const nodeName = Joi.object<NodeName, true>({
  id: Joi.string().required(), type: Joi.string().required(), name: Joi.string().allow('').required(), flow: Joi.string().allow('', null).required()
}).meta({ name: 'FlowNodeName' })
const nodeNames = (): Joi.ArraySchema<NodeName[]> => Joi.array<NodeName[]>().items(nodeName)

/** What is in one set of flows and not in another; `moved`: nodes that lie elsewhere and are otherwise the same. */
export interface FlowsDifference {
  readonly added: readonly NodeName[]
  readonly changed: readonly NodeName[]
  readonly removed: readonly NodeName[]
  readonly moved: number
}
export const flowsDifference = Joi.object<FlowsDifference>({
  added: nodeNames().required(), changed: nodeNames().required(), removed: nodeNames().required(), moved: Joi.number().integer().min(0).required()
}).meta({ name: 'FlowsDifference' })

export const FLOWS_CAUSES = ['deploy', 'restore', 'import', 'reset', 'upgrade'] as const
export type FlowsCause = (typeof FLOWS_CAUSES)[number]

/** What was deployed, when and by whom. */
export interface FlowsVersion {
  readonly number: number
  readonly at: Millis
  /** Null: the platform itself, at an upgrade. */
  readonly user: string | null
  readonly cause: FlowsCause
  /** The version or the tab that a restore or a reset took it from. */
  readonly from: string | null
  readonly nodes: number
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number; readonly moved: number }
}
const versionFields = {
  number: Joi.number().integer().min(1).required(),
  at: millis().required(),
  user: Joi.string().allow(null).required(),
  cause: Joi.string().valid(...FLOWS_CAUSES).required(),
  from: Joi.string().allow(null).required(),
  nodes: Joi.number().integer().min(0).required(),
  counts: Joi.object({
    added: Joi.number().integer().required(), changed: Joi.number().integer().required(), removed: Joi.number().integer().required(), moved: Joi.number().integer().required()
  }).required()
}
export const flowsVersion = Joi.object<FlowsVersion>(versionFields).meta({ name: 'FlowsVersion' })

export interface FlowsVersionDetail extends FlowsVersion {
  /** Against the version before it. */
  readonly difference: FlowsDifference
  /** What a restore would do to the flows of now. */
  readonly restore: FlowsDifference
}
export const flowsVersionDetail = Joi.object<FlowsVersionDetail>({
  ...versionFields, difference: flowsDifference.required(), restore: flowsDifference.required()
}).meta({ name: 'FlowsVersionDetail' })

/** A whole set of flows, in the form that Node-RED's own editor imports and exports. */
export interface Flows {
  readonly flows: readonly FlowNode[]
}
export const flows = Joi.object<Flows>({
  flows: Joi.array<FlowNode[]>().items(flowNode).max(20_000).unique('id').required()
}).meta({ name: 'Flows' })

/** One of the shipped flows beside what is there of it. */
export interface ShippedFlow {
  readonly id: string
  readonly name: string
  readonly state: 'same' | 'changed' | 'missing'
  /** Another one has been shipped since the change was made; the change was kept. */
  readonly newer: boolean
  /** What a reset would do. */
  readonly difference: FlowsDifference
}
export const shippedFlow = Joi.object<ShippedFlow>({
  id: Joi.string().required(), name: Joi.string().allow('').required(), state: Joi.string().valid('same', 'changed', 'missing').required(),
  newer: Joi.boolean().required(), difference: flowsDifference.required()
}).meta({ name: 'ShippedFlow' })

export const ofVersion = Joi.object<{ number: string }, true>({ number: Joi.string().pattern(/^[1-9][0-9]{0,8}$/).required() })
export const ofShipped = Joi.object<{ id: string }, true>({ id: line(64).required() })
