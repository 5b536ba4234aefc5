/** The shipped flows and what a user made of them: told apart by tab, so that an upgrade never writes over a change. Pure. */
import { createHash } from 'node:crypto'
import type { FlowNode, ShippedFlow } from '../protocol/http/flows.ts'
import { differ, nameOf, withoutPlace } from './difference.ts'

/** By tab: the hash of the shipped form that the user's one started from. */
export type Base = Readonly<Record<string, string>>

/** What is changed together: a tab or a subflow with all that is on it, or a configuration node. By its id, in the order of the file. */
export function unitsOf(flows: readonly FlowNode[]): Map<string, FlowNode[]> {
  const units = new Map<string, FlowNode[]>()
  for (const node of flows) {
    const id = typeof node['z'] === 'string' && node['z'] !== '' ? node['z'] : node.id
    const unit = units.get(id)
    if (unit) unit.push(node)
    else units.set(id, [node])
  }
  return units
}

/** The same for the same content: neither the order of nodes nor their places count. */
export function hashOf(unit: readonly FlowNode[]): string {
  const nodes = unit.map((node) => JSON.stringify(Object.entries(withoutPlace(node)).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()
  return createHash('sha256').update(nodes.join('\n')).digest('hex')
}

/**
 * The flows after an upgrade. New shipped tabs come in; those that the user left as they were follow what is shipped (and go when it is
 * shipped no more); those that the user changed or removed stay as the user has them: `kept` names them where there is something newer.
 */
export function upgrade(own: readonly FlowNode[], shipped: readonly FlowNode[], base: Base): { flows: FlowNode[]; base: Base; kept: string[] } {
  const units = unitsOf(own)
  const offered = unitsOf(shipped)
  const next: Record<string, string> = {}
  const kept: string[] = []
  for (const [id, unit] of offered) {
    const fresh = hashOf(unit)
    const mine = units.get(id)
    const from = base[id]
    if (mine === undefined && from === undefined) units.set(id, unit)
    else if (mine !== undefined && hashOf(mine) === from && from !== fresh) units.set(id, unit)
    else if (mine === undefined || hashOf(mine) !== fresh) {
      if (from !== fresh) kept.push(id)
      // An id that was the user's before it was shipped starts from nothing.
      next[id] = from ?? ''
      continue
    }
    next[id] = fresh
  }
  for (const [id, from] of Object.entries(base)) {
    const mine = units.get(id)
    if (!offered.has(id) && mine !== undefined && hashOf(mine) === from) units.delete(id)
  }
  return { flows: [...units.values()].flat(), base: next, kept }
}

/** Each shipped tab beside what is there of it. */
export function compare(own: readonly FlowNode[], shipped: readonly FlowNode[], base: Base): ShippedFlow[] {
  const units = unitsOf(own)
  return [...unitsOf(shipped)].map(([id, unit]) => {
    const mine = units.get(id)
    const fresh = hashOf(unit)
    const head = unit.find((node) => node.id === id)
    return {
      id, name: head ? nameOf(head) : '',
      state: mine === undefined ? 'missing' : hashOf(mine) === fresh ? 'same' : 'changed',
      newer: base[id] !== fresh && (mine === undefined || hashOf(mine) !== fresh),
      difference: differ(mine ?? [], unit)
    }
  })
}

/** The flows with one unit as it is shipped; null when there is no such one. */
export function reset(own: readonly FlowNode[], shipped: readonly FlowNode[], id: string): FlowNode[] | null {
  const unit = unitsOf(shipped).get(id)
  if (!unit) return null
  const units = unitsOf(own)
  units.set(id, unit)
  return [...units.values()].flat()
}
