// Runs a TypeScript entry point and says plainly what is wrong when the runtime is too old for it.
// Plain JavaScript on purpose: it has to be readable by the Node that it refuses.
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'

const NEEDED_MAJOR = 24
const [major] = process.versions.node.split('.').map(Number)
const [entry, ...args] = process.argv.slice(2)

if (major < NEEDED_MAJOR) {
  console.error(
    `Gatehouse needs Node ${NEEDED_MAJOR} or newer; this is Node ${process.versions.node}.\n` +
      'Start it through npm (npm start, npm run demo): the right Node comes with the packages.'
  )
  process.exit(1)
}
if (!entry) {
  console.error('usage: node tools/run.mjs ENTRY.ts [arguments]')
  process.exit(1)
}
const file = resolve(entry)
process.argv = [process.argv[0], file, ...args]
await import(pathToFileURL(file).href)
