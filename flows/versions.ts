import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FlowNode, FlowsCause, FlowsVersion, FlowsVersionDetail } from '../protocol/http/flows.ts'
import { differ, isSame } from './difference.ts'
import { writeWhole } from './files.ts'

/** How many are kept. */
export const KEPT_VERSIONS = 50

export interface Reason {
  readonly user: string | null
  readonly cause: FlowsCause
  readonly from: string | null
}

type Kept = FlowsVersion & { readonly flows: readonly FlowNode[] }

/** What was deployed, one file each, the last fifty. */
export class Versions {
  readonly #folder: string
  readonly #now: () => number
  readonly #kept = new Map<number, FlowsVersion>()

  constructor(directory: string, now: () => number) {
    this.#folder = join(directory, 'versions')
    this.#now = now
  }

  /** Reads what is there. A file that cannot be read is passed over: the others are worth no less for it. */
  async load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const numbers = (await readdir(this.#folder)).map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1])).filter((number) => number > 0).sort((a, b) => a - b)
    for (const number of numbers) {
      const kept = await this.#read(number)
      if (kept) this.#kept.set(number, headOf(kept))
    }
  }

  /** The newest first. */
  list(): FlowsVersion[] {
    return [...this.#kept.values()].toReversed()
  }

  /** Keeps one, unless nothing at all is different from the last; drops the oldest beyond fifty. */
  async keep(flows: readonly FlowNode[], reason: Reason): Promise<void> {
    const last = [...this.#kept.keys()].at(-1) ?? 0
    const before = await this.flows(last) ?? []
    const difference = differ(before, flows)
    if (last > 0 && isSame(difference) && difference.moved === 0) return
    const { added, changed, removed, moved } = difference
    const version: FlowsVersion = {
      number: last + 1, at: this.#now(), ...reason, nodes: flows.length,
      counts: { added: added.length, changed: changed.length, removed: removed.length, moved }
    }
    await writeWhole(this.#file(version.number), JSON.stringify({ ...version, flows }))
    this.#kept.set(version.number, version)
    for (const number of [...this.#kept.keys()].slice(0, -KEPT_VERSIONS)) {
      this.#kept.delete(number)
      await rm(this.#file(number), { force: true })
    }
  }

  /** The flows of one; null when it is not kept. */
  async flows(number: number): Promise<readonly FlowNode[] | null> {
    return this.#kept.has(number) ? (await this.#read(number))?.flows ?? null : null
  }

  /** One with its differences to the one before and to the flows of now; null when it is not kept. */
  async detail(number: number, now: readonly FlowNode[]): Promise<FlowsVersionDetail | null> {
    const version = this.#kept.get(number)
    const flows = await this.flows(number)
    if (!version || !flows) return null
    return { ...version, difference: differ(await this.flows(number - 1) ?? [], flows), restore: differ(now, flows) }
  }

  #file(number: number): string {
    return join(this.#folder, `${number}.json`)
  }

  async #read(number: number): Promise<Kept | null> {
    try {
      return JSON.parse(await readFile(this.#file(number), 'utf8')) as Kept
    } catch {
      return null
    }
  }
}

function headOf({ flows: _flows, ...version }: Kept): FlowsVersion {
  return version
}
