/** What became of one of many. `null` while it is under way. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly why: string } | null

/** At once: enough to be quick, few enough not to crowd out what comes in. */
const AT_ONCE = 4

/** Does the deed to each, a few at a time, in their order; a failure stops nothing. `told` hears of each as it is done. Never rejects. */
export async function doToEach<Item>(
  items: readonly Item[], deed: (item: Item) => Promise<unknown>, wordsOf: (error: unknown) => string, told: (item: Item, outcome: NonNullable<Outcome>) => void
): Promise<void> {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      try {
        await deed(item)
        told(item, { ok: true })
      } catch (error) {
        told(item, { ok: false, why: wordsOf(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
