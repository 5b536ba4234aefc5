import { setTimeout as wait } from 'node:timers/promises'
import type { IssuedCommand } from '../../protocol/command.ts'
import { badField } from './platform/fault.ts'
import { textOf, wantedText } from './platform/fields.ts'
import { answerEach, shown } from './platform/input.ts'
import { linkOf } from './platform/link.ts'
import type { Definition, Message, Red } from './platform/red.ts'

/** How often it is asked how far a command is, ms: first this, then slower. */
const FIRST_LOOK = 200
const SLOWEST_LOOK = 2000
/** A command is taken or expires within minutes; one that holds may go on for ever. */
const LONGEST = 600_000

/** `device command`: the first output says that it was issued, the second what became of it. */
export function deviceCommand(red: Red): void {
  red.nodes.registerType('gatehouse-device-command', function deviceCommandNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    const closing = new AbortController()
    this.on('close', (done: () => void) => {
      closing.abort()
      done()
    })

    const outcome = async (id: string): Promise<IssuedCommand | null> => {
      const end = Date.now() + LONGEST
      for (let pause = FIRST_LOOK; Date.now() < end; pause = Math.min(pause * 1.5, SLOWEST_LOOK)) {
        await wait(pause, null, { signal: closing.signal })
        const command = await link.api.get<IssuedCommand>(`/commands/${id}`)
        if (['done', 'failed', 'expired'].includes(command.state)) return command
      }
      return null
    }

    answerEach(this, async (message, send) => {
      const device = wantedText(definition, 'device', message, 'device', 'payload.device', 'topic')
      const name = wantedText(definition, 'command', message, 'command', 'payload.command')
      const { id } = await link.api.post<{ id: string }>(`/devices/${encodeURIComponent(device)}/commands`, { name, args: argsOf(definition, message) })
      shown(this, true, `${name} ${id}`)
      send([{ ...message, payload: { id, device, name, state: 'queued' } }, null])
      const command = await outcome(id).catch((thrown: unknown) => {
        if (closing.signal.aborted) return null
        throw thrown
      })
      if (!command) return
      shown(this, command.state === 'done', `${name} ${id}: ${command.state}`)
      send([null, { ...message, payload: command }])
    })
  })
}

/** What is typed as JSON (or, of an announcement, as plain text), else `msg.args`, else `msg.payload.args`. */
function argsOf(definition: Definition, message: Message): Record<string, unknown> {
  const typed = textOf(definition, 'args')
  const given = typed === '' ? message['args'] ?? (message['payload'] as { args?: unknown } | null | undefined)?.args ?? {} : typed
  let args: unknown = given
  if (typeof given === 'string') {
    try {
      args = JSON.parse(given)
    } catch {
      args = { text: given }
    }
  }
  if (typeof args === 'object' && args !== null && !Array.isArray(args)) return args as Record<string, unknown>
  throw badField(typed === '' ? 'msg.args' : 'args', 'must be an object, or a text to announce', given)
}
