/** Between the journal and its writer's thread. */
export interface JournalLink {
  readonly data: { readonly dataDir: string; readonly pageLimit: number | undefined }
  readonly calls: {
    readonly bounds: { readonly given: null; readonly answer: { readonly head: number; readonly at: number } }
    readonly drop: { readonly given: { readonly before: string; readonly upTo: number }; readonly answer: string[] }
  }
  /** A batch of one day; its buffer is transferred. */
  readonly told: { readonly day: string; readonly buffer: ArrayBuffer; readonly bytes: number }
  /** The answer to each batch, in order; the buffer comes back for the next one. */
  readonly said: { readonly first: number; readonly error: string | null; readonly buffer: ArrayBuffer }
}
