/** Files of one UTC day each: `YYYY-MM-DD.sqlite`. Their names sort as their days do. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Millis } from '../../../protocol/names.ts'

export const DAY_MILLIS = 86_400_000
const DAY_FILE = /^(\d{4}-\d{2}-\d{2})\.sqlite$/

/** The UTC day of a time, `YYYY-MM-DD`. */
export function dayOf(at: Millis): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Start of a day, ms. */
export function startOfDay(day: string): Millis {
  return Date.parse(`${day}T00:00:00Z`)
}

export function dayPath(folder: string, day: string): string {
  return join(folder, `${day}.sqlite`)
}

/** The days that have a file, ascending; none when the folder is not there yet. */
export function listDays(folder: string): string[] {
  if (!existsSync(folder)) return []
  const days: string[] = []
  for (const name of readdirSync(folder)) {
    const day = DAY_FILE.exec(name)?.[1]
    if (day !== undefined) days.push(day)
  }
  return days.sort()
}

/** Removes a day's file and what SQLite keeps beside it; its own file first, so that a kill in between leaves no half of a day. */
export function removeDay(folder: string, day: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(dayPath(folder, day) + suffix, { force: true })
}

export function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true })
  return folder
}
