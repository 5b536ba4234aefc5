import { UserFault } from '../faults.ts'

/** Files that a process needs for itself, and some to spare. */
const RESERVE = 500

/** How many files this process may open; Infinity where the system does not say. */
export function openFileLimit(): number {
  const { report } = process
  // Its network part asks for names and may take seconds.
  Object.assign(report, { excludeNetwork: true })
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | string } } }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : Infinity
}

/** How many processes are needed for so many connections; 0: this one is enough. @param limit files that a process may open */
export function processesFor(connections: number, limit: number): number {
  const each = Math.max(1, limit - RESERVE)
  return connections <= each ? 0 : Math.ceil(connections / each)
}

/**
 * A connection is an open file on the platform's side too.
 * @param files what the platform says of its own; null: nothing
 * @throws UserFault when it cannot take so many
 */
export function demandRoom(connections: number, files: { readonly open: number; readonly limit: number } | null): void {
  if (!files || connections + files.open <= files.limit) return
  throw new UserFault([
    `${connections} connections are more than this platform can hold: its process may open ${files.limit} files, ${files.open} of them are open.`,
    'Start it with a higher limit (ulimit -n, LimitNOFILE= of its service), or take fewer --compounds, or --connections gateway.'
  ])
}
