/** Passages of days whose readings are gone already: a small file a day, `history/passages/YYYY-MM-DD.sqlite`, with the tables of history. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dayPath, listDays, makeFolder, removeDay } from './day.ts'
import { prepareTables } from './history-file.ts'

/** Events that say who passed when. */
const PASSAGES = "('granted', 'denied')"

export function passagesFolder(historyFolder: string): string {
  return join(historyFolder, 'passages')
}

/** Puts the passages of a day of history beside it, where it has any; on the disk when this returns, so that the day itself may go. Again is the same. */
export function keepPassages(historyFolder: string, day: string): void {
  const folder = makeFolder(passagesFolder(historyFolder))
  const path = dayPath(folder, day)
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  const db = new DatabaseSync(draft)
  let kept: number
  try {
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL')
    prepareTables(db, draft)
    db.prepare('ATTACH ? AS whole').run(dayPath(historyFolder, day))
    db.exec('BEGIN')
    kept = Number(db.prepare(`INSERT INTO event SELECT * FROM whole.event WHERE type IN ${PASSAGES}`).run().changes)
    db.exec('INSERT INTO device SELECT * FROM whole.device WHERE n IN (SELECT device_ FROM main.event)')
    db.exec('COMMIT; DETACH whole')
  } finally {
    db.close()
  }
  if (kept === 0) return rmSync(draft, { force: true })
  renameSync(draft, path)
  syncFolder(folder)
}

/** Removes the passages of the days before `day`, `YYYY-MM-DD`, UTC; answers the days. */
export function dropPassagesBefore(historyFolder: string, day: string): string[] {
  const folder = passagesFolder(historyFolder)
  const dropped = listDays(folder).filter((kept) => kept < day)
  for (const old of dropped) removeDay(folder, old)
  return dropped
}

/** That the file has its name must be on the disk, too; Windows knows no such thing for folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
