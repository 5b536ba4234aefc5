import { isDeepStrictEqual } from 'node:util'
import type { FlowNode, FlowsDifference, NodeName } from '../protocol/http/flows.ts'

/** Where a node lies says nothing of what it does. */
const PLACE = new Set(['x', 'y', 'w', 'h'])

/** What changed between two sets of flows, by node. */
export function differ(before: readonly FlowNode[], after: readonly FlowNode[]): FlowsDifference {
  const old = new Map(before.map((node) => [node.id, node]))
  const now = new Map(after.map((node) => [node.id, node]))
  const changed: NodeName[] = []
  let moved = 0
  for (const node of after) {
    const was = old.get(node.id)
    if (!was || isDeepStrictEqual(was, node)) continue
    if (isDeepStrictEqual(withoutPlace(was), withoutPlace(node))) moved += 1
    else changed.push(named(node, now))
  }
  return {
    added: after.filter(({ id }) => !old.has(id)).map((node) => named(node, now)),
    changed,
    removed: before.filter(({ id }) => !now.has(id)).map((node) => named(node, old)),
    moved
  }
}

/** True when nothing is different but perhaps the places. */
export function isSame({ added, changed, removed }: FlowsDifference): boolean {
  return added.length + changed.length + removed.length === 0
}

/** A node without what only the editor's picture needs. */
export function withoutPlace(node: FlowNode): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !PLACE.has(key)))
}

function named(node: FlowNode, all: ReadonlyMap<string, FlowNode>): NodeName {
  const home = typeof node['z'] === 'string' ? all.get(node['z']) : undefined
  return { id: node.id, type: node.type, name: nameOf(node), flow: home ? nameOf(home) || home.id : null }
}

/** What a person calls it; empty when it has no name. */
export function nameOf(node: FlowNode): string {
  for (const key of ['label', 'name'] as const) if (typeof node[key] === 'string' && node[key] !== '') return node[key]
  return ''
}
