import type { Queries } from '../ports.ts'

type Question = Exclude<keyof Queries, 'close'>

/** Between the queries as the main thread has them and the reader's thread: each question with its arguments as a list. */
export interface ReaderLink {
  readonly data: { readonly dataDir: string }
  readonly calls: {
    readonly [Q in Question]: { readonly given: Parameters<Queries[Q]>; readonly answer: Awaited<ReturnType<Queries[Q]>> }
  } & { readonly passed: { readonly given: null; readonly answer: number } }
  readonly told: never
  readonly said: never
}
