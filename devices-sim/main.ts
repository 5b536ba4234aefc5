import { textOf, UserFault } from './faults.ts'
import { helpText } from './help.ts'
import { readOptions } from './options.ts'
import { quickSettings } from './rule-numbers.ts'
import { run } from './run.ts'

// Whoever reads along may stop reading: `--help | head` is no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) process.stdout.write(helpText())
  else if (options.printSettings) process.stdout.write(`${quickSettings().map(([name, value]) => `export ${name}=${value}`).join('\n')}\n`)
  else {
    // Nothing is found good before it has been looked at, even when nobody reads along any more.
    process.exitCode = 2
    process.exitCode = (await run(options)) ? 0 : 1
  }
} catch (thrown) {
  process.exitCode = 2
  console.error(thrown instanceof UserFault ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : textOf(thrown))
}
