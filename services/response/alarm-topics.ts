import { setImmediate as breathe } from 'node:timers/promises'
import { alarmTopic } from '../../protocol/topics.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import type { AlarmTransition } from './paced-transitions.ts'
import type { Publish } from './publish.ts'

/** The filter of all of them. */
export const ALARM_TOPICS = 'v1/+/alarms/+'

/** Topics that are written in one turn of the event loop: some milliseconds, and devices come back meanwhile. */
const SLICE = 50

/** `v1/{compound}/alarms/{id}`: the alarm as in the API, retained while it is open. */
export class AlarmTopics {
  readonly #publish: Publish

  constructor(publish: Publish) {
    this.#publish = publish
  }

  tell({ alarm }: AlarmTransition): void {
    const topic = alarmTopic(alarm.compound, alarm.id)
    const open = alarm.state !== 'closed'
    this.#publish({ topic, payload: JSON.stringify(alarm), qos: 1, retain: open })
    if (!open) this.#publish({ topic, payload: '', qos: 1, retain: true })
  }

  /**
   * After a start: what is retained is made to say what is open, whatever a crash left there; a slice at a time, for there may be thousands. `open`: by id, kept up to date
   * by whoever hears what `tell` is told, before it is: what is closed meanwhile is left alone, and what changed is told as it is when its turn comes.
   */
  async restore(open: ReadonlyMap<string, Alarm>, retainedTopics: readonly string[]): Promise<void> {
    const topics = new Map(Array.from(open.values(), ({ compound, id }) => [alarmTopic(compound, id), id]))
    const untrue = retainedTopics.filter((topic) => !topics.has(topic)).map((topic) => [topic, null] as const)
    for (const [index, [topic, id]] of [...untrue, ...topics].entries()) {
      if (index % SLICE === SLICE - 1) await breathe()
      const alarm = id === null ? null : open.get(id)
      if (alarm !== undefined) this.#publish({ topic, payload: alarm === null ? '' : JSON.stringify(alarm), qos: 1, retain: true })
    }
  }
}
