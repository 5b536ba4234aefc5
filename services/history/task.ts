/** A copy that is under way: what was asked for, and how far it is. It is kept in `DATA_DIR/backfill` until it is done. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Stretch, TimeRange } from '../store/influx/backfill.ts'
import { NOWHERE, ProgressFile, progressPath } from '../store/influx/progress.ts'

export interface Task {
  readonly range: TimeRange
  readonly stretch: Stretch
  /** The address that it goes to, as it may be shown. */
  readonly target: string
}

function taskFolder(dataDir: string): string {
  return join(dataDir, 'backfill')
}
function taskPath(dataDir: string): string {
  return join(taskFolder(dataDir), 'task.json')
}

/** The copy that was stopped; null when there is none. */
export function readTask(dataDir: string): Task | null {
  const path = taskPath(dataDir)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Task) : null
}

/**
 * Begins a copy. It sets out from a copy of what the forwarder remembers of removed devices and of reports with wrong clocks, so that both make the same points of the same entries.
 */
export function beginTask(dataDir: string, task: Task): void {
  forgetTask(dataDir)
  mkdirSync(taskFolder(dataDir), { recursive: true })
  if (existsSync(progressPath(dataDir))) {
    const db = new DatabaseSync(progressPath(dataDir), { readOnly: true })
    try {
      db.exec('PRAGMA busy_timeout = 5000')
      db.prepare('VACUUM INTO ?').run(progressPath(taskFolder(dataDir)))
    } finally {
      db.close()
    }
  }
  const progress = openTask(dataDir)
  try {
    // What the forwarder had refused is its own affair.
    for (const { id } of progress.refused()) progress.forgetRefused(id)
    progress.rollups.forgetAll()
    progress.moveTo({ ...NOWHERE, position: task.stretch.begin }, [])
  } finally {
    progress.close()
  }
  // Last and at once: a task that can be read is whole.
  const path = taskPath(dataDir)
  writeFileSync(`${path}.new`, `${JSON.stringify(task)}\n`)
  renameSync(`${path}.new`, path)
}

export function openTask(dataDir: string): ProgressFile {
  return ProgressFile.open(taskFolder(dataDir))
}

export function forgetTask(dataDir: string): void {
  rmSync(taskFolder(dataDir), { recursive: true, force: true })
}
