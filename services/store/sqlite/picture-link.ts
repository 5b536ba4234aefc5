/** Between the pictures as the main thread has them and their thread. */
export interface PictureLink {
  readonly data: { readonly dataDir: string }
  readonly calls: {
    readonly save: { readonly given: { readonly day: string; readonly name: string; readonly jpeg: Uint8Array }; readonly answer: null }
    readonly load: { readonly given: string; readonly answer: Uint8Array | null }
    readonly drop: { readonly given: string; readonly answer: string[] }
  }
  readonly told: never
  readonly said: never
}
