import { asFault } from './fault.ts'
import type { Message, RedNode, Send } from './red.ts'

/** What is shown of the last thing that a node did. */
export function shown(node: RedNode, ok: boolean, text: string): void {
  node.status({ fill: ok ? 'green' : 'red', shape: ok ? 'dot' : 'ring', text: text.slice(0, 60) })
}

/** Has the node answer each message; what goes wrong is shown, and goes to a catch node with the message that led to it (`msg.error.code`). */
export function answerEach(node: RedNode, answer: (message: Message, send: Send) => Promise<void>): void {
  const run = async (message: Message, send: Send): Promise<Error | undefined> => {
    try {
      await answer(message, send)
      return undefined
    } catch (thrown) {
      const fault = asFault(thrown)
      shown(node, false, fault.message)
      return fault
    }
  }
  node.on('input', async (message, send, done) => done(await run(message, send)))
}
