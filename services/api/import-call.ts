import { once } from 'node:events'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Response } from 'express'
import { checkWith } from '../../protocol/http/check.ts'
import { newDevice } from '../../protocol/http/devices.ts'
import type { ImportLine } from '../../protocol/http/devices.ts'
import { NDJSON } from '../../protocol/routes.ts'
import type { Enrolment, EnrolmentResult } from '../registry/actions.ts'
import { sees } from '../registry/access.ts'
import type { Identity } from '../registry/access.ts'
import { hashSecret, makeSecret } from '../registry/secret.ts'
import { asError } from '../kernel/errors.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { MAX_LINE_BYTES, runsOfLines } from './lines.ts'
import type { Line } from './lines.ts'
import { Problem } from './problem.ts'

/** Devices to an action of the brain: one commit for so many. */
const RUN = 500
/** Lines that are checked before others get their turn: about 2 ms. */
const BREATH = 50

/** What became of a line: its answer already, or an enrolment that the brain has yet to judge. */
type Judged = { readonly line: number; readonly answer: ImportLine } | { readonly line: number; readonly enrolment: Enrolment; readonly token: string }

/**
 * Enrols devices as their lines come in, and answers each line in order. A faulty line stops nothing; what was answered is done,
 * whatever happens to the connection after; what waits for an answer is at most one run.
 */
export function importCall(house: ApiHouse): Pick<Handlers, 'devices.import'> {
  return {
    async 'devices.import'({ who, request, response }) {
      if (request.headers['content-encoding'] !== undefined) throw new Problem('wrong-content-type', 'the body must not be compressed')
      response.status(200).type(NDJSON)
      response.flushHeaders()
      try {
        for await (const run of runsOfLines(request, RUN, house.clock)) {
          const judged: Judged[] = []
          for (const [index, line] of run.entries()) {
            if (index % BREATH === BREATH - 1) await breathe()
            judged.push(check(line, who))
          }
          await write(response, await enrol(house, who, judged))
          if (response.destroyed) return
        }
        response.end()
      } catch (thrown) {
        if (!request.destroyed) throw thrown
        house.log.info({ actor: who.actor, err: asError(thrown).message }, 'an import was cut off')
      }
    }
  }
}

function check(line: Line, who: Identity): Judged {
  const { number } = line
  const refused = (id: string | null, code: string, message: string, path: string): Judged =>
    ({ line: number, answer: { id, line: number, error: { code, message, path } } })
  if (line.text === null) {
    return refused(null, line.fault, line.fault === 'too-large' ? `a line has at most ${MAX_LINE_BYTES} bytes` : 'the line is not UTF-8', '')
  }
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch (error) {
    return refused(null, 'bad-json', asError(error).message, '')
  }
  const checked = checkWith(newDevice, value)
  if (!checked.ok) return refused(idOf(value), 'bad-input', checked.faults.map((fault) => fault.message).join('; '), checked.faults[0]?.path ?? '')
  const device = checked.value
  if (!sees(who.scope, device.compound)) return refused(device.id, 'unknown-compound', `There is no compound ${device.compound}.`, 'compound')
  const token = makeSecret()
  return { line: number, enrolment: { ...device, tokenHash: hashSecret(token) }, token }
}

/** The id as it was given, so that the sender finds the line again; null when it has none that can be shown. */
function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null
  return typeof id === 'string' ? id.slice(0, 200) : null
}

async function enrol(house: ApiHouse, who: Identity, judged: readonly Judged[]): Promise<ImportLine[]> {
  const devices = judged.flatMap((one) => ('enrolment' in one ? [one.enrolment] : []))
  let results: readonly EnrolmentResult[] = []
  let failure: Problem | null = null
  try {
    if (devices.length > 0) results = (await perform(house.brain, who.actor, { name: 'device.enrol', devices })) as EnrolmentResult[]
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    house.log.error({ err: thrown, cause: asError(thrown.cause) }, 'a run of an import was not stored')
    failure = thrown
  }
  const ordered = results.values()
  return judged.map((one): ImportLine => {
    if (!('enrolment' in one)) return one.answer
    const { id } = one.enrolment
    const result = ordered.next().value
    if (result?.ok) return { id, token: one.token }
    const { code, message, path } = result ?? { code: failure?.code ?? 'internal', message: failure?.message ?? 'no answer came', path: '' }
    return { id, line: one.line, error: { code, message, path } }
  })
}

/** Waits until the reader has taken it: who does not read its answers is not read from. */
async function write(response: Response, answers: readonly ImportLine[]): Promise<void> {
  const text = answers.map((answer) => `${JSON.stringify(answer)}\n`).join('')
  if (response.write(text) || response.destroyed) return
  const stop = new AbortController()
  const { signal } = stop
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).finally(() => stop.abort())
}
