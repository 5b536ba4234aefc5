import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { describe, it } from 'mocha'

/** The 19th field of `/proc/{process}/task/{thread}/stat`; the name before it may hold spaces. */
const niceness = (thread: string): number => Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16])

describe('a thread that gives way', () => {
  it('goes behind all other threads of the process, and takes none of them along', async function () {
    if (process.platform !== 'linux') this.skip()
    await stat('/')
    const before = new Map(readdirSync('/proc/self/task').map((thread) => [thread, niceness(thread)]))
    const worker = new Worker(new URL('late-thread.ts', import.meta.url))
    const [said] = await once(worker, 'message') as [{ done: boolean; thread: string }]
    expect(said.done).to.equal(true)
    expect(niceness(said.thread)).to.be.greaterThan(niceness(String(process.pid)))
    const others = readdirSync('/proc/self/task').filter((thread) => thread !== said.thread)
    for (const thread of others) expect(niceness(thread), thread).to.equal(before.get(thread) ?? niceness(String(process.pid)))
    await worker.terminate()
  })
})
