import { spawn } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  /** What it said on both of its outputs. */
  readonly out: string
}

/**
 * Runs the command as somebody at a terminal does.
 * @param files how many a process may open; null: as many as here
 * @param heard told the number of its process, which leads a group of its own then, and what it has said: at its start, and whenever it says something
 */
export function simulate(args: readonly string[], files: number | null = null, heard?: (pid: number, out: string) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const command = files === null ? [process.execPath] : ['/bin/sh', '-c', `ulimit -n ${files}; exec "$0" "$@"`, process.execPath]
    const child = spawn(command[0] ?? '', [...command.slice(1), 'devices-sim/main.ts', ...args], { env: { ...process.env, GATEHOUSE_TOKEN: '' }, detached: heard !== undefined })
    let out = ''
    const tell = (text: string): void => {
      out += text
      heard?.(child.pid ?? 0, out)
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', tell)
    child.once('close', (code) => resolve({ code, out }))
    tell('')
  })
}
