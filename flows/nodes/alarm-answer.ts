import type { Alarm } from '../../protocol/alarm.ts'
import type { AlarmWithTimeline } from '../../protocol/http/alarms.ts'
import { badField } from './platform/fault.ts'
import { textOf, wantedText } from './platform/fields.ts'
import { answerEach, shown } from './platform/input.ts'
import { linkOf } from './platform/link.ts'
import type { Definition, Message, Red } from './platform/red.ts'

const DEEDS = ['acknowledge', 'note', 'look'] as const
const LONGEST_NOTE = 1000

/** `acknowledge / note`: answers an alarm, or looks at it with its timeline. */
export function alarmAnswer(red: Red): void {
  red.nodes.registerType('gatehouse-alarm-answer', function alarmAnswerNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    answerEach(this, async (message, send) => {
      const id = wantedText(definition, 'alarm', message, 'alarm', 'payload.id')
      const path = `/alarms/${encodeURIComponent(id)}`
      const deed = deedOf(definition)
      const alarm = deed === 'look' ? await link.api.get<AlarmWithTimeline>(path) : await link.api.post<Alarm>(`${path}/${deed}`, { note: noteOf(definition, message, deed) })
      shown(this, true, `${deed} ${id}`)
      send({ ...message, payload: alarm, topic: alarm.rule })
    })
  })
}

function deedOf(definition: Definition): (typeof DEEDS)[number] {
  const deed = DEEDS.find((one) => one === (textOf(definition, 'deed') || 'note'))
  if (!deed) throw badField('deed', `must be one of ${DEEDS.join(', ')}`, definition['deed'])
  return deed
}

/** A note needs words; an acknowledgement may do without. */
function noteOf(definition: Definition, message: Message, deed: string): string | null {
  const given = textOf(definition, 'note') || message['note']
  if ((given === undefined || given === null || given === '') && deed === 'acknowledge') return null
  if (typeof given !== 'string' || given.trim() === '') throw badField('msg.note', 'must be a text, or note set in the node', given)
  return given.slice(0, LONGEST_NOTE)
}
