interface Node<Value> {
  readonly children: Map<string, Node<Value>>
  value: Value | undefined
}

function createNode<Value>(): Node<Value> {
  return { children: new Map(), value: undefined }
}

/**
 * Values by topic or by filter, level by level. Finding the retained messages of `v1/c07/+/+/status` walks one compound, not all 47,300 devices.
 */
export class TopicTree<Value> {
  readonly #root = createNode<Value>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(topic: string): Value | undefined {
    let node: Node<Value> | undefined = this.#root
    for (const level of topic.split('/')) {
      node = node.children.get(level)
      if (!node) return undefined
    }
    return node.value
  }

  set(topic: string, value: Value): void {
    let node = this.#root
    for (const level of topic.split('/')) {
      let child = node.children.get(level)
      if (!child) {
        child = createNode()
        node.children.set(level, child)
      }
      node = child
    }
    if (node.value === undefined) this.#size += 1
    node.value = value
  }

  delete(topic: string): void {
    const path: [Node<Value>, string][] = []
    let node: Node<Value> | undefined = this.#root
    for (const level of topic.split('/')) {
      path.push([node, level])
      node = node.children.get(level)
      if (!node) return
    }
    if (node.value === undefined) return
    node.value = undefined
    this.#size -= 1
    for (let step = path.pop(); step; step = path.pop()) {
      const [parent, level] = step
      const child = parent.children.get(level)
      if (!child || child.value !== undefined || child.children.size > 0) return
      parent.children.delete(level)
    }
  }

  /** The tree holds topic names: those that a filter matches. Wildcards at the start do not reach `$` topics [MQTT-4.7.2-1]. */
  *matchedBy(filter: string): Generator<Value> {
    yield* namesUnder(this.#root, filter.split('/'), 0)
  }

  /** The tree holds filters: those that match a topic name. */
  matching(topic: string): Value[] {
    const found: Value[] = []
    collectFilters(this.#root, topic.split('/'), 0, found)
    return found
  }
}

function* namesUnder<Value>(node: Node<Value>, levels: readonly string[], depth: number): Generator<Value> {
  const level = levels[depth]
  if (level === undefined) {
    if (node.value !== undefined) yield node.value
    return
  }
  if (level === '#') {
    if (node.value !== undefined && depth > 0) yield node.value
    for (const [name, child] of node.children) if (depth > 0 || !name.startsWith('$')) yield* everythingUnder(child)
    return
  }
  if (level === '+') {
    for (const [name, child] of node.children) if (depth > 0 || !name.startsWith('$')) yield* namesUnder(child, levels, depth + 1)
    return
  }
  const child = node.children.get(level)
  if (child) yield* namesUnder(child, levels, depth + 1)
}

function* everythingUnder<Value>(node: Node<Value>): Generator<Value> {
  if (node.value !== undefined) yield node.value
  for (const child of node.children.values()) yield* everythingUnder(child)
}

function collectFilters<Value>(node: Node<Value>, levels: readonly string[], depth: number, found: Value[]): void {
  const wild = depth > 0 || !(levels[0] ?? '').startsWith('$')
  const all = wild ? node.children.get('#') : undefined
  if (all?.value !== undefined) found.push(all.value)
  const level = levels[depth]
  if (level === undefined) {
    if (node.value !== undefined) found.push(node.value)
    return
  }
  const exact = node.children.get(level)
  if (exact) collectFilters(exact, levels, depth + 1, found)
  const one = wild ? node.children.get('+') : undefined
  if (one) collectFilters(one, levels, depth + 1, found)
}
