/** Readings, events and pictures, behind the journal at their own pace. */
import type { CompoundId, DeviceId, Millis } from '../../../protocol/names.ts'
import type { Value } from './queries.ts'

/** What changed in the latest values of one device; feeds the live view. */
export interface LatestChange {
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly values: Readonly<Record<string, { readonly value: Value; readonly ts: Millis }>>
}

/** A projection that runs in a thread of its own. `position`: how far of the journal it is. */
export interface Projection {
  readonly position: number
  /** Called when it moved on. Returns a function that ends it. */
  onProgress(listener: (position: number) => void): () => void
}

/** Pictures: half a megabyte must not share a smoke alarm's commit. */
export interface Pictures {
  /** Calls `done` after the file is on the disk (fsync, rename). */
  save(device: DeviceId, ref: string, jpeg: Uint8Array, done: (error: Error | null) => void): void
  load(device: DeviceId, ref: string): Promise<Uint8Array | null>
}
