import { alarmTopic } from '../../protocol/topics.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import type { AlarmTransition } from './paced-transitions.ts'
import type { Publish } from './publish.ts'

/** The filter of all of them. */
export const ALARM_TOPICS = 'v1/+/alarms/+'

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

  /** After a start: what is retained is made to say what is open, whatever a crash left there. */
  restore(open: readonly Alarm[], retainedTopics: readonly string[]): void {
    const topics = new Set(open.map((alarm) => alarmTopic(alarm.compound, alarm.id)))
    for (const topic of retainedTopics) if (!topics.has(topic)) this.#publish({ topic, payload: '', qos: 1, retain: true })
    for (const alarm of open) this.#publish({ topic: alarmTopic(alarm.compound, alarm.id), payload: JSON.stringify(alarm), qos: 1, retain: true })
  }
}
