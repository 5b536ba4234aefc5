import type { Alarm } from '../../protocol/alarm.ts'
import type { AlarmWithTimeline } from '../../protocol/http/alarms.ts'
import type { AlarmAction } from '../alarms/actions.ts'
import { minds, seesAlarm } from '../registry/access.ts'
import type { Identity } from '../registry/access.ts'
import { demandCompound } from './device-calls.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { Problem } from './problem.ts'

type Calls =
  | 'alarms.list' | 'alarms.show' | 'alarms.acknowledge' | 'alarms.shelve' | 'alarms.unshelve' | 'alarms.confirm' | 'alarms.reset' | 'alarms.close'
  | 'alarms.note'

/** An alarm is told on the live link a commit before it can be read: that long, in steps, a reader waits for it. */
const COMMIT_STEP = 25
const COMMIT_STEPS = 40

/** The alarms, and what people do to them. */
export function alarmCalls(house: ApiHouse): Pick<Handlers, Calls> {
  const { brain, clock, queries, openAlarms } = house

  async function read(who: Identity, id: string): Promise<AlarmWithTimeline> {
    let found = await queries.alarm(id)
    for (let step = 0; !found && step < COMMIT_STEPS && openAlarms.has(id); step += 1) {
      await new Promise<void>((resolve) => void clock.after(COMMIT_STEP, resolve))
      found = await queries.alarm(id)
    }
    if (!found || !seesAlarm(who, found.alarm.compound)) throw new Problem('not-found', `there is no alarm ${id}`)
    return { ...found.alarm, timeline: found.timeline }
  }

  async function act(who: Identity, action: AlarmAction): Promise<Alarm> {
    if (!minds(who)) {
      const { compound } = openAlarms.get(action.alarm) ?? (await read(who, action.alarm))
      if (!seesAlarm(who, compound)) throw new Problem('not-found', `there is no alarm ${action.alarm}`)
    }
    return (await perform(brain, who.actor, action)) as Alarm
  }

  return {
    async 'alarms.list'({ who, query: { limit, cursor, ...filter } }) {
      demandCompound(house, who, filter.compound)
      return await queries.alarms({ scope: who.scope, platform: minds(who), ...filter }, { limit, cursor })
    },
    'alarms.show': ({ who, params }) => read(who, params.id),
    'alarms.acknowledge': ({ who, params, body }) => act(who, { name: 'alarm.acknowledge', alarm: params.id, note: body.note }),
    'alarms.shelve': ({ who, params, body }) => act(who, { name: 'alarm.shelve', alarm: params.id, ...body }),
    'alarms.unshelve': ({ who, params, body }) => act(who, { name: 'alarm.unshelve', alarm: params.id, note: body.note }),
    'alarms.confirm': ({ who, params, body }) => act(who, { name: 'alarm.confirm', alarm: params.id, note: body.note }),
    'alarms.reset': ({ who, params, body }) => act(who, { name: 'alarm.reset', alarm: params.id, note: body.note }),
    'alarms.close': ({ who, params, body }) => act(who, { name: 'alarm.close', alarm: params.id, ...body }),
    'alarms.note': ({ who, params, body }) => act(who, { name: 'alarm.note', alarm: params.id, note: body.note })
  }
}
