import type { Site } from '../../protocol/http/places.ts'
import { asFault } from './platform/fault.ts'
import { listOf, textOf } from './platform/fields.ts'
import { answerEach, shown } from './platform/input.ts'
import { linkOf } from './platform/link.ts'
import { PlanFile } from './platform/plan-file.ts'
import type { Red } from './platform/red.ts'
import { missedMoment, nextMoment, readSchedule } from './platform/schedule.ts'

/** No timer of Node runs longer than 24 days, and a clock that was put right counts at the next look, ms. */
const LONGEST_NAP = 3_600_000
const AGAIN = 10_000

/**
 * `time of day`: a message at that time in the site's own time zone; a message that comes in goes through at once. A moment that passed while Node-RED or the
 * platform was down is made up for once, unless it is too long ago.
 */
export function timeOfDay(red: Red): void {
  red.nodes.registerType('gatehouse-time-of-day', function timeOfDayNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    const file = new PlanFile(red.settings.userDir, this.id)
    const [at, days] = [textOf(definition, 'at'), listOf(definition, 'days')]
    const of = [at, ...[...days].sort()].join(' ')
    const before = file.read(of)
    let planned: number | null = null
    let timer: NodeJS.Timeout | null = null
    let isClosed = false
    const nap = (millis: number): void => {
      if (!isClosed) timer = setTimeout(() => void look(), Math.min(millis, LONGEST_NAP))
    }

    /** Sends what is due, and says what comes next. The platform is asked first: where it is away, nobody could do anything at that time. */
    const look = async (): Promise<void> => {
      try {
        const schedule = readSchedule(at, days)
        const { timeZone } = await link.api.get<Site>('/site')
        planned ??= await before
        if (isClosed) return
        const now = Date.now()
        const due = nextMoment(schedule, now, timeZone)
        const passed = planned === null ? null : missedMoment(schedule, planned, now, timeZone)
        if (due !== planned) {
          planned = due
          // Before it is sent: a flow that ends the process by it must not do so again and again.
          await file.keep({ of, due }).catch((thrown: unknown) => this.warn(asFault(thrown).message))
        }
        const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(due)
        this.status({ fill: 'grey', shape: 'ring', text: `→ ${text} ${timeZone}` })
        if (passed !== null) this.send({ payload: passed, topic: 'time' })
        nap(due - now)
      } catch (thrown) {
        const fault = asFault(thrown) as Error & { code?: string }
        shown(this, false, fault.message)
        if (fault.code === 'bad-input') this.error(fault)
        else nap(AGAIN)
      }
    }
    void look()

    answerEach(this, (message, send) => {
      send({ ...message, payload: Date.now(), topic: 'time' })
      return Promise.resolve()
    })
    this.on('close', (isRemoved: boolean, done: () => void) => {
      isClosed = true
      if (timer) clearTimeout(timer)
      void (isRemoved ? file.remove() : Promise.resolve()).catch(() => undefined).finally(done)
    })
  })
}
