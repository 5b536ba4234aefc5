/** All rows of history in a form that does not depend on how devices were numbered. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { KINDS } from '../../../../protocol/names.ts'
import { dayPath, listDays } from '../../../../services/store/sqlite/day.ts'
import { readingTable } from '../../../../services/store/sqlite/history-file.ts'
import { historyFolder, latestPath } from '../../../../services/store/sqlite/history-projection.ts'

export function dumpHistory(dataDir: string): unknown {
  const folder = historyFolder(dataDir)
  const dumped: Record<string, unknown> = {}
  const dump = (path: string, name: string, sql: string): void => {
    if (!existsSync(path)) return
    const db = new DatabaseSync(path, { readOnly: true })
    dumped[name] = db.prepare(sql).all().map((row) => Object.assign(row, { device_: null }))
    db.close()
  }
  for (const day of listDays(folder)) {
    for (const table of ['event', ...KINDS.map(readingTable)]) {
      const sql = `SELECT id, t.* FROM ${table} t JOIN device ON n = device_ ORDER BY id, ts_, hash_`
      dump(dayPath(folder, day), `${day} ${table}`, table === 'event' ? sql.replace('ON n', 'ON device.n') : sql)
    }
  }
  dump(latestPath(folder), 'latest', 'SELECT * FROM latest ORDER BY device')
  dump(latestPath(folder), 'suspect', 'SELECT * FROM suspect ORDER BY device, hash')
  dump(latestPath(folder), 'cursor', 'SELECT * FROM cursor')
  return dumped
}
