import type { Site } from '../../protocol/http/places.ts'
import { asFault } from './platform/fault.ts'
import { listOf, textOf } from './platform/fields.ts'
import { answerEach, shown } from './platform/input.ts'
import { linkOf } from './platform/link.ts'
import type { Red } from './platform/red.ts'
import { nextMoment, readSchedule } from './platform/schedule.ts'

/** No timer of Node runs longer than 24 days, and a clock that was put right counts at the next look, ms. */
const LONGEST_NAP = 3_600_000
const AGAIN = 10_000

/** `time of day`: a message at that time in the site's own time zone; a message that comes in goes through at once. */
export function timeOfDay(red: Red): void {
  red.nodes.registerType('gatehouse-time-of-day', function timeOfDayNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    let timer: NodeJS.Timeout | null = null
    let isClosed = false
    const nap = (millis: number, then: () => void): void => {
      if (!isClosed) timer = setTimeout(then, millis)
    }

    const sleep = (due: number): void => {
      const left = due - Date.now()
      if (left > 0) return nap(Math.min(left, LONGEST_NAP), () => sleep(due))
      this.send({ payload: due, topic: 'time' })
      void plan()
    }
    const plan = async (): Promise<void> => {
      try {
        const schedule = readSchedule(textOf(definition, 'at'), listOf(definition, 'days'))
        const { timeZone } = await link.api.get<Site>('/site')
        const due = nextMoment(schedule, Date.now(), timeZone)
        const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(due)
        this.status({ fill: 'grey', shape: 'ring', text: `→ ${text} ${timeZone}` })
        sleep(due)
      } catch (thrown) {
        const fault = asFault(thrown) as Error & { code?: string }
        shown(this, false, fault.message)
        if (fault.code === 'bad-input') this.error(fault)
        else nap(AGAIN, () => void plan())
      }
    }
    void plan()

    answerEach(this, (message, send) => {
      send({ ...message, payload: Date.now(), topic: 'time' })
      return Promise.resolve()
    })
    this.on('close', (done: () => void) => {
      isClosed = true
      if (timer) clearTimeout(timer)
      done()
    })
  })
}
