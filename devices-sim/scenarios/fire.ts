import { neighboursOf } from '../pilot.ts'
import type { PilotCompound, PilotDevice } from '../pilot.ts'
import { actor, compoundOf, FIRE_MS, NoActors } from './scenario.ts'
import type { Expected, Plan, Scenario, Stage, Step } from './scenario.ts'
import { obscuration, putOutAfter, seenInRoom, sensed } from './t-squared.ts'

/** What a good detector does: a sample a second while something happens, its alarm at 10 %/m, off again below 5. */
const SAMPLE_MS = 1_000
const ALARM_AT = 10
const CLEAR_BELOW = 5
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
  rules: ['smoke.alarm', 'smoke.heat', 'smoke.pre-alarm'],
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
  const free = (one: PilotDevice | null): boolean => one === null || !stage.taken.has(one.id)
  const around = (one: PilotDevice): { beside: PilotDevice | null; above: PilotDevice | null } => neighboursOf(compound, one)
  const possible = (one: PilotDevice): boolean => free(around(one).beside) && free(around(one).above)
  // A home with a neighbour and one above it shows more.
  const good = compound.detectors.some((one) => one.id === stage.at)
    ? possible
    : (one: PilotDevice): boolean => possible(one) && around(one).beside !== null && around(one).above !== null
  try {
    return actor(stage, 'smoke', good)
  } catch (thrown) {
    if (!(thrown instanceof NoActors)) throw thrown
    return actor(stage, 'smoke', possible)
  }
}

function planOf(detectors: readonly Reached[], stage: Stage): Plan {
  const tracks = detectors.map((one) => trackOf(one, stage))
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
    tolerated: [{ rule: 'fire.confirmed', compound, building: location.building }],
    lasts: Math.max(...expected.map((one) => one.clearedBy ?? 0), ...tagged.map(({ step }) => step.at))
  }
}

/** What one detector sends, and what the rules have to make of it. */
function trackOf(reached: Reached, { growth, numbers, roomTemperature }: Stage): { steps: Step[]; expected: Expected[] } {
  const { device: { id: device }, delay, share, riseShare } = reached
  const room = roomTemperature(device)
  const steps: Step[] = []
  const expected: Expected[] = []
  const dusts: number[] = []
  const seen: number[] = []
  let state: 'quiet' | 'alarm' | 'over' = 'quiet'
  let heat: { readonly step: number; clearedAt: number | null } | null = null
  let before: { readonly step: number; clearedAt: number | null } | null = null
  let smoke: { readonly step: number; clearedAt: number | null } | null = null
  const quiet = Math.max(...(['smoke.alarm.quiet', 'smoke.heat.quiet', 'smoke.pre-alarm.quiet'] as const).map((name) => numbers.of(name)))
  const out = putOutAfter(growth) + delay
  const quietSince = (): number => Math.max(smoke?.clearedAt ?? 0, heat?.clearedAt ?? 0, before?.clearedAt ?? 0, out * 1_000)

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
    const air = dusts.slice(-Math.round(numbers.of('smoke.pre-alarm.window') / SAMPLE_MS))
    dusts.push(dust)
    if (!before && dust - Math.min(dust, ...air) >= numbers.of('smoke.pre-alarm.rise')) before = { step: steps.length, clearedAt: null }
    if (before && second > out) {
      if (dust >= numbers.of('smoke.pre-alarm.clear')) before.clearedAt = null
      else before.clearedAt ??= at
    }
    const window = seen.slice(-Math.round(numbers.of('smoke.heat.window') / SAMPLE_MS))
    seen.push(temperature)
    const risen = temperature - Math.min(temperature, ...window)
    if (!heat && (temperature >= numbers.of('smoke.heat.limit') || risen >= numbers.of('smoke.heat.rise'))) heat = { step: steps.length, clearedAt: null }
    if (heat && second > out) {
      if (temperature >= numbers.of('smoke.heat.clear')) heat.clearedAt = null
      else heat.clearedAt ??= at
    }
    steps.push({ at, does: 'telemetry', device, fields: { obscuration: dust, temperature, alarm: state === 'alarm' } })
    if (second > out && state !== 'alarm' && at > quietSince() + quiet + 2 * SAMPLE_MS) break
  }
  const rule = (name: 'smoke.alarm' | 'smoke.heat' | 'smoke.pre-alarm', severity: 'critical' | 'high', from: { readonly step: number; readonly clearedAt: number | null } | null): void => {
    if (!from) return
    const clearedBy = from.clearedAt === null ? null : from.clearedAt + numbers.of(`${name}.quiet`) + FIRE_MS
    // How often heat and haze pass their limits anew depends on the growth; a good detector says its alarm once.
    const occurrences = name === 'smoke.alarm' ? 1 : null
    expected.push({ rule: name, subject: device, severity, step: from.step, within: FIRE_MS, occurrences, ...(from.clearedAt === null ? {} : { holdsUntil: from.clearedAt }), clearedBy })
  }
  rule('smoke.pre-alarm', 'high', before)
  rule('smoke.alarm', 'critical', smoke)
  rule('smoke.heat', 'critical', heat)
  return { steps, expected }
}
