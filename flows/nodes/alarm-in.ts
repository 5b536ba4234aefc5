import type { ToldAlarm } from './platform/alarm-stream.ts'
import { listOf } from './platform/fields.ts'
import { linkOf } from './platform/link.ts'
import type { Definition, Red } from './platform/red.ts'
import { statusOf } from './platform/state.ts'

/** What stands where nothing was chosen: what begins and what ends. */
const USUAL = new Set(['raised', 'reactivated', 'cleared', 'closed'])

/** `alarm in`: a message for each thing that happens to an alarm. */
export function alarmIn(red: Red): void {
  red.nodes.registerType('gatehouse-alarm-in', function alarmInNode(definition) {
    red.nodes.createNode(this, definition)
    const link = linkOf(red, this, definition['gatehouse'])
    if (!link) return
    const wanted = filterOf(definition)
    const ends = [
      link.alarms.state.on((state) => this.status(statusOf(state))),
      link.alarms.on((told) => {
        const { alarm, transition } = told
        if (wanted(told)) this.send({ payload: alarm, topic: alarm.rule, transition })
      })
    ]
    this.on('close', (done: () => void) => {
      for (const end of ends) end()
      done()
    })
  })
}

function filterOf(definition: Definition): (told: ToldAlarm) => boolean {
  const [rules, severities, compounds, chosen] = ['rule', 'severity', 'compound', 'transition'].map((field) => listOf(definition, field)) as [Set<string>, Set<string>, Set<string>, Set<string>]
  const transitions = chosen.size > 0 ? chosen : USUAL
  const fits = (list: ReadonlySet<string>, value: string): boolean => list.size === 0 || list.has(value)
  return ({ alarm, transition }) =>
    transitions.has(transition.name) && fits(rules, alarm.rule) && fits(severities, alarm.severity) && fits(compounds, alarm.compound ?? '')
}
