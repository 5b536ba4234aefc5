import { join } from 'node:path'
import type { JournalEntry, LatestChange } from '../ports.ts'
import { dayOf, dayPath, listDays, makeFolder, removeDay, startOfDay } from './day.ts'
import { HistoryFile } from './history-file.ts'
import { historyItems } from './history-item.ts'
import type { HistoryItem } from './history-item.ts'
import { LatestFile } from './latest.ts'
import { dropPassagesBefore, keepPassages } from './passages.ts'

/** The first days that stay, `YYYY-MM-DD`, UTC. */
export interface DropDays {
  readonly readings: string
  readonly passages: string
}

/** Days that stay open between batches: today, yesterday, and some where late data goes. */
const MOST_OPEN = 4

export function historyFolder(dataDir: string): string {
  return join(dataDir, 'history')
}
export function latestPath(folder: string): string {
  return join(folder, 'latest.sqlite')
}

/** Writes readings, events and latest values. After any error it closes its files, and the same batch may be given again. */
export class HistoryProjection {
  readonly #folder: string
  readonly #retentionDays: number
  readonly #days = new Map<string, HistoryFile>()
  #latest: LatestFile | null = null

  constructor(dataDir: string, retentionDays: number) {
    this.#folder = historyFolder(dataDir)
    this.#retentionDays = retentionDays
  }

  cursor(): number {
    return this.#open().cursor()
  }

  /** Stores the entries (which follow on the cursor) and the cursor. The same entries again leave the same rows. */
  apply(entries: readonly JournalEntry[]): LatestChange[] {
    const last = entries.at(-1)
    if (!last) return []
    try {
      const latest = this.#open()
      const begun = new Map<string, HistoryFile>()
      latest.begin()
      for (const entry of entries) {
        for (const item of historyItems(entry, this.#retentionDays)) this.#store(item, latest, begun)
      }
      // The days first: a cursor must never be stored without the rows before it.
      for (const file of begun.values()) file.commit()
      const changes = latest.commit(last.position)
      this.#closeSome()
      return changes
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Removes the days before `readings`, `YYYY-MM-DD`, UTC, but for passages: those of the days before `passages`. Answers the days whose readings went. */
  dropDaysBefore({ readings, passages }: DropDays): string[] {
    const dropped = listDays(this.#folder).filter((kept) => kept < readings)
    for (const old of dropped) {
      this.#days.get(old)?.close()
      this.#days.delete(old)
      if (old >= passages) keepPassages(this.#folder, old)
      removeDay(this.#folder, old)
    }
    dropPassagesBefore(this.#folder, passages)
    this.#open().suspects.forget(startOfDay(readings))
    return dropped
  }

  close(): void {
    for (const file of this.#days.values()) file.close()
    this.#days.clear()
    this.#latest?.close()
    this.#latest = null
  }

  #store(item: HistoryItem, latest: LatestFile, begun: Map<string, HistoryFile>): void {
    if (latest.suspects.isRepeat(item)) return
    const day = dayOf(item.ts)
    let file = begun.get(day)
    if (!file) {
      file = this.#dayFile(day)
      file.begin()
      begun.set(day, file)
    }
    if (file.insert(item) && item.type === null) latest.apply(item)
  }

  #open(): LatestFile {
    this.#latest ??= LatestFile.open(latestPath(makeFolder(this.#folder)))
    return this.#latest
  }

  #dayFile(day: string): HistoryFile {
    const open = this.#days.get(day)
    if (open) return open
    const file = HistoryFile.open(dayPath(this.#folder, day))
    this.#days.set(day, file)
    return file
  }

  /** The oldest days go first. */
  #closeSome(): void {
    for (const day of [...this.#days.keys()].sort()) {
      if (this.#days.size <= MOST_OPEN) return
      this.#days.get(day)?.close()
      this.#days.delete(day)
    }
  }
}
