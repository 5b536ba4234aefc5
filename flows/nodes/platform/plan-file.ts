import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson, writeWhole } from '../../files.ts'

interface Plan {
  /** Of what schedule; that of another one is nobody's. */
  readonly of: string
  /** The moment that is waited for, ms. */
  readonly due: number
}

/** What moment a node waits for, kept through restarts of Node-RED, so that one that was missed is known. Where there is no folder nothing is kept. */
export class PlanFile {
  readonly #folder: string | null
  readonly #path: string

  constructor(userDir: string | undefined, node: string) {
    this.#folder = userDir === undefined ? null : join(userDir, 'plans')
    // An id may be anything that was imported; it is no name of a file.
    this.#path = join(this.#folder ?? '', `${createHash('sha256').update(node).digest('hex').slice(0, 32)}.json`)
  }

  /** The moment that was waited for by the same schedule; null when none was, or it cannot be read. */
  async read(of: string): Promise<number | null> {
    if (this.#folder === null) return null
    const plan = await readJson<Partial<Plan> | null>(this.#path, null).catch(() => null)
    return plan?.of === of && typeof plan.due === 'number' ? plan.due : null
  }

  /** Rejects when the disk does not take it. */
  async keep(plan: Plan): Promise<void> {
    if (this.#folder === null) return
    await mkdir(this.#folder, { recursive: true })
    await writeWhole(this.#path, JSON.stringify(plan))
  }

  async remove(): Promise<void> {
    if (this.#folder !== null) await rm(this.#path, { force: true })
  }
}
