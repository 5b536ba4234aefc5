import type { DeviceId } from '../../protocol/names.ts'
import { neighboursOf } from '../pilot.ts'
import type { PilotCompound, PilotDevice } from '../pilot.ts'
import { compoundOf } from './scenario.ts'
import type { Expected, Plan, Scenario, Stage, Step } from './scenario.ts'
import { obscuration, putOutAfter, seenInRoom, sensed } from './t-squared.ts'
import type { Growth } from './t-squared.ts'

/** What a good detector does: a sample a second while something happens, its alarm at 10 %/m, off again below 5. */
const SAMPLE_MS = 1_000
const ALARM_AT = 10
const CLEAR_BELOW = 5
/** What the rules of the platform say (docs: rules that ship). */
const HEAT_LIMIT = 57
const HEAT_RISE = 8.3
const HEAT_WINDOW = 60
const HEAT_CLEAR_BELOW = 50
const CLEAR_AFTER_MS = 60_000
/** Fire signal to the monitoring centre within 10 s (GB 50440). */
const WITHIN_MS = 10_000
/** How the smoke goes on: seconds later, and how much of it. Next door under the doors, above through shafts and windows. */
const BESIDE = { delay: 5, share: 0.3 }
const ABOVE = { delay: 8, share: 0.3 }
/** A neighbour's ceiling gets warm air, no jet. */
const RISE_SHARE = 0.1

export const fire: Scenario = {
  name: 'fire',
  description: {
    zh: '一户起火，按 t² 增长；烟蔓延到同层和楼上的邻户，随后被扑灭',
    en: 'A home catches fire, grows as t²; smoke reaches the neighbours on the floor and above; it is put out'
  },
  exclusive: false,
  plan(stage) {
    const compound = compoundOf(stage)
    const origin = originOf(stage, compound)
    const { beside, above } = neighboursOf(compound, origin)
    const detectors: Reached[] = [
      { device: origin, delay: 0, share: 1, riseShare: 1 },
      ...(beside ? [{ device: beside, ...BESIDE, riseShare: RISE_SHARE }] : []),
      ...(above ? [{ device: above, ...ABOVE, riseShare: RISE_SHARE }] : [])
    ]
    return planOf(detectors, stage)
  }
}

interface Reached {
  readonly device: PilotDevice
  readonly delay: number
  readonly share: number
  readonly riseShare: number
}

function originOf(stage: Stage, compound: PilotCompound): PilotDevice {
  const named = stage.at === null ? undefined : stage.pilot.devices.get(stage.at as DeviceId)
  if (named?.kind === 'smoke') return named
  // A home with a neighbour and one above it shows more.
  const good = compound.detectors.filter((one) => {
    const { beside, above } = neighboursOf(compound, one)
    return beside !== null && above !== null
  })
  return stage.random.pick(good.length > 0 ? good : compound.detectors)
}

function planOf(detectors: readonly Reached[], stage: Stage): Plan {
  const tracks = detectors.map((one) => trackOf(one, stage.growth, stage.roomTemperature(one.device.id)))
  // All tracks in the order of time; where they meet, the home that burns comes first.
  const tagged = tracks.flatMap((track, order) => track.steps.map((step, index) => ({ step, order, index })))
  tagged.sort((a, b) => a.step.at - b.step.at || a.order - b.order || a.index - b.index)
  const place = new Map(tagged.map(({ order, index }, at) => [`${order}/${index}`, at]))
  const expected = tracks.flatMap((track, order) => track.expected.map((one): Expected => ({ ...one, step: place.get(`${order}/${one.step}`) ?? 0 })))
  const { compound, location } = detectors[0]?.device ?? { compound: '', location: { building: '' } }
  return {
    where: detectors.map((one) => one.device.id).join(', '),
    steps: tagged.map(({ step }) => step),
    expected,
    tolerated: ['smoke.pre-alarm', 'fire.confirmed'].map((rule) => ({ rule, compound, building: location.building })),
    lasts: Math.max(...expected.map((one) => one.clearedBy ?? 0), ...tagged.map(({ step }) => step.at))
  }
}

/** What one detector sends, and what the rules have to make of it. */
function trackOf(reached: Reached, growth: Growth, room: number): { steps: Step[]; expected: Expected[] } {
  const { device: { id: device }, delay, share, riseShare } = reached
  const steps: Step[] = []
  const expected: Expected[] = []
  const seen: number[] = []
  let state: 'quiet' | 'alarm' | 'over' = 'quiet'
  let heat: { readonly step: number; clearedAt: number | null } | null = null
  let smoke: { readonly step: number; clearedAt: number | null } | null = null
  const out = putOutAfter(growth) + delay
  const quietSince = (): number => Math.max(smoke?.clearedAt ?? 0, heat?.clearedAt ?? 0, out * 1_000)

  for (let second = 0; ; second++) {
    const at = second * SAMPLE_MS
    const { rise, extinction } = seenInRoom(growth, second - delay)
    const dust = Math.round(obscuration(extinction * share) * 100) / 100
    const temperature = Math.round(sensed(room + rise * riseShare) * 10) / 10
    if (state === 'quiet' && dust >= ALARM_AT) {
      state = 'alarm'
      smoke = { step: steps.length, clearedAt: null }
      steps.push({ at, does: 'event', device, type: 'alarm', fields: { obscuration: dust, temperature } })
    } else if (state === 'alarm' && second > out && dust < CLEAR_BELOW) {
      state = 'over'
      if (smoke) smoke.clearedAt = at
      steps.push({ at, does: 'event', device, type: 'alarm-cleared', fields: { obscuration: dust, temperature } })
    }
    const window = seen.slice(-HEAT_WINDOW)
    seen.push(temperature)
    const risen = temperature - Math.min(temperature, ...window)
    if (!heat && (temperature >= HEAT_LIMIT || risen >= HEAT_RISE)) heat = { step: steps.length, clearedAt: null }
    if (heat && second > out) {
      if (temperature >= HEAT_CLEAR_BELOW) heat.clearedAt = null
      else heat.clearedAt ??= at
    }
    steps.push({ at, does: 'telemetry', device, fields: { obscuration: dust, temperature, alarm: state === 'alarm' } })
    if (second > out && state !== 'alarm' && at > quietSince() + CLEAR_AFTER_MS + 2 * SAMPLE_MS) break
  }
  const rule = (name: string, from: { readonly step: number; readonly clearedAt: number | null } | null): void => {
    if (!from) return
    const clearedBy = from.clearedAt === null ? null : from.clearedAt + CLEAR_AFTER_MS + WITHIN_MS
    expected.push({ rule: name, subject: device, severity: 'critical', step: from.step, within: WITHIN_MS, clearedBy })
  }
  rule('smoke.alarm', smoke)
  rule('smoke.heat', heat)
  return { steps, expected }
}
