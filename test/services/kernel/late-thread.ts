/** A thread that gives way; says its id and whether that was done. */
import { readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { giveWay } from '../../../services/kernel/priority.ts'

const done = await giveWay()
parentPort?.postMessage({ done, thread: basename(readlinkSync('/proc/thread-self')) })
// Stays, so that it can be looked at.
parentPort?.on('message', () => process.exit())
