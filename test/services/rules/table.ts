/**
 * The table of rules in the plainest form there is: second by second, with what is known by heart and no timers. It knows nothing of how the platform judges and
 * is held against it. One device with a right clock, whose readings come at whole seconds.
 */
export interface Told {
  readonly at: number
  /** An event where it has a `type`, else telemetry. */
  readonly body: Readonly<Record<string, unknown>>
}

/** What a rule does at one second; it is asked before each reading (`body` null), for what time alone brings, and with the reading. */
type Rule = (at: number, body: Told['body'] | null) => readonly ('raise' | 'clear' | 'raise high')[]
type Sees = (at: number, body: Told['body'] | null) => { readonly on: boolean; readonly calm: boolean; readonly again?: boolean }

/** Raised when it becomes so (or happens again), cleared after so many calm seconds. */
function rule(quiet: number, sees: Sees): Rule {
  let on = false
  let open = false
  let calmSince: number | null = null
  return (at, body) => {
    const seen = sees(at, body)
    const says: ('raise' | 'clear')[] = []
    if (seen.again === true || (seen.on && !on)) says.push('raise')
    on = seen.on
    open ||= says.length > 0
    calmSince = seen.calm && !on ? (calmSince ?? at) : null
    if (open && calmSince !== null && at - calmSince >= quiet) {
      says.push('clear')
      open = false
    }
    return says
  }
}

const number = (body: Told['body'] | null, field: string): number | null => (typeof body?.[field] === 'number' ? body[field] : null)
const flag = (body: Told['body'] | null, field: string): boolean | null => (typeof body?.[field] === 'boolean' ? body[field] : null)

/** How far a value lies above the oldest of the last 60 s. */
function riser(): (at: number, value: number) => number {
  let past: { at: number; value: number }[] = []
  return (at, value) => {
    past = [...past.filter((one) => at - one.at <= 60), { at, value }]
    return value - (past[0]?.value ?? value)
  }
}

const smokeAlarm = (): Rule => {
  let alarm = false
  let dense = false
  let haze = 0
  return rule(60, (_at, body) => {
    const type = body?.['type']
    alarm = type === 'alarm' ? true : type === 'alarm-cleared' ? false : (flag(body, 'alarm') ?? alarm)
    haze = number(body, 'obscuration') ?? haze
    dense = haze >= 10 || (dense && haze >= 5)
    return { on: alarm || dense, calm: !alarm && haze < 5, again: type === 'alarm' }
  })
}

const preAlarm = (): Rule => {
  const rise = riser()
  let [haze, since, on, rising]: [number, number | null, boolean, boolean] = [0, null, false, false]
  return rule(60, (at, body) => {
    const value = number(body, 'obscuration')
    if (value !== null) {
      haze = value
      rising = rise(at, value) >= 3 - 1e-9
      since = value >= 5 || (on && value >= 4) ? (since ?? at) : null
      on &&= value >= 4 || rising
    }
    on ||= rising || (since !== null && at - since >= 30)
    return { on, calm: haze < 4 && !rising }
  })
}

const heat = (): Rule => {
  const rise = riser()
  let [celsius, hot, rising] = [0, false, false]
  return rule(60, (at, body) => {
    const value = number(body, 'temperature')
    if (value !== null) {
      celsius = value
      rising = rise(at, value) >= 8.3 - 1e-9
      hot = value >= 57 || (hot && value >= 50)
    }
    return { on: hot || rising, calm: celsius < 50 && !rising }
  })
}

const carbonMonoxide = (): Rule => {
  const since: (number | null)[] = [null, null, null]
  let [ppm, on] = [0, false]
  return rule(300, (at, body) => {
    ppm = number(body, 'co') ?? ppm
    for (const [index, limit] of [50, 100, 300].entries()) since[index] = ppm >= limit ? (since[index] ?? at) : null
    on = (on && ppm >= 50) || [3600, 600, 180].some((span, index) => at - (since[index] ?? Infinity) >= span)
    return { on, calm: ppm < 30 }
  })
}

/** An event that is over by itself after so many seconds. */
const passing = (type: string, lasts: number): Rule => {
  let last = -Infinity
  return rule(0, (at, body) => {
    const again = body?.['type'] === type && body['phase'] !== 'end'
    if (again) last = at
    const on = at - last < lasts
    return { on, calm: !on, again }
  })
}

const flagged = (field: string, cleared: string | null): Rule => {
  let is = false
  return rule(0, (_at, body) => {
    const type = body?.['type']
    is = type === field || (type !== undefined && type === cleared ? false : (flag(body, field) ?? is))
    return { on: is, calm: !is, again: type === field }
  })
}

const level = (field: string, start: number, bad: (value: number, was: boolean) => boolean): Rule => {
  let [value, is] = [start, false]
  return rule(0, (_at, body) => {
    value = number(body, field) ?? value
    is = bad(value, is)
    return { on: is, calm: !is }
  })
}

const isOpen = (body: Told['body'] | null, was: boolean): boolean => body?.['type'] === 'opened' || (body?.['type'] !== 'closed' && (flag(body, 'open') ?? was))

const forced = (): Rule => {
  let [open, locked, excused, is] = [false, true, -Infinity, false]
  return rule(0, (at, body) => {
    const type = body?.['type']
    const was = open
    open = isOpen(body, was)
    locked = flag(body, 'locked') ?? locked
    if (type === 'granted' || type === 'exit-request') excused = at
    const again = type === 'forced' || ((type === 'opened' || (open && !was)) && locked && at - excused > 5)
    if (type === 'closed' || flag(body, 'open') === false) is = false
    is ||= again
    return { on: is, calm: !is, again }
  })
}

const heldOpen = (): Rule => {
  let [open, since, stage] = [false, 0, 0]
  return (at, body) => {
    const was = open
    open = isOpen(body, was)
    if (open && !was) since = at
    if (!open) {
      const says = stage > 0 ? ['clear'] as const : []
      stage = 0
      return says
    }
    const reached = at - since >= 300 ? 2 : at - since >= 60 ? 1 : 0
    const says = reached > stage ? [reached === 2 ? 'raise high' : 'raise'] as const : []
    stage = reached
    return says
  }
}

const deniedBurst = (): Rule => {
  let [times, on]: [number[], boolean] = [[], false]
  return rule(0, (at, body) => {
    if (body?.['type'] === 'denied') times = [...times, at]
    on = (on && at - (times.at(-1) ?? -Infinity) < 300) || (times.length >= 5 && at - (times.at(-5) ?? -Infinity) <= 60)
    return { on, calm: !on }
  })
}

const lockFault = (): Rule => {
  let is = false
  return rule(0, (_at, body) => {
    const again = body?.['type'] === 'lock-fault'
    is = again || (is && flag(body, 'locked') !== true)
    return { on: is, calm: !is, again }
  })
}

/** Where something was started and not ended. An `end` ends its zone and what was started in none; one without a zone ends all, and so does telemetry whose `field` denies it. */
function places(type: string, field: string | null = null): (body: Told['body'] | null) => boolean {
  let open = new Set<unknown>()
  return (body) => {
    if (field !== null && flag(body, field) === false) open.clear()
    if (body?.['type'] !== type) return open.size > 0
    const zone = body['zone']
    if (body['phase'] === 'start') open.add(zone)
    if (body['phase'] === 'end') open = new Set(zone === undefined ? [] : [...open].filter((one) => one !== undefined && one !== zone))
    return open.size > 0
  }
}

/** Holds from its start to its end; a pulse is over after 300 s. */
const phased = (type: string): Rule => {
  const isStarted = places(type)
  let last = -Infinity
  return rule(0, (at, body) => {
    const [is, phase] = [body?.['type'] === type, body?.['phase']]
    const started = isStarted(body)
    if (is && phase === 'end' && !started) last = -Infinity
    else if (is && phase !== 'end' && phase !== 'start') last = at
    const on = started || at - last < 300
    return { on, calm: !on, again: is && phase !== 'end' }
  })
}

/** As `phased`, where it has to last: a pulse proves nothing. */
const lasting = (type: string, field: string | null, hold: number, quiet: number): Rule => {
  let [is, since, raised] = [false, 0, false]
  const isStarted = places(type, field)
  return rule(quiet, (at, body) => {
    const start = body?.['type'] === type && body['phase'] === 'start'
    const started = isStarted(body)
    const said = (field === null ? null : flag(body, field)) ?? (start ? true : body?.['type'] === type && body['phase'] === 'end' ? started : null)
    if (said === true && !is) since = at
    is = said ?? is
    const again = start && raised
    raised = is && at - since >= hold
    return { on: raised, calm: !is, again }
  })
}

const RULES: Readonly<Record<string, Readonly<Record<string, () => Rule>>>> = {
  smoke: {
    'smoke.alarm': smokeAlarm, 'smoke.pre-alarm': preAlarm, 'smoke.heat': heat, 'smoke.co': carbonMonoxide, 'smoke.call-point': () => passing('call-point', 60),
    'smoke.fault': () => flagged('fault', 'fault-cleared'), 'smoke.tamper': () => flagged('tamper', null),
    'smoke.contaminated': () => level('contamination', 0, (value, was) => value >= 80 || (was && value >= 75)),
    'smoke.battery': () => level('battery', 100, (value, was) => value < 15 || (was && value < 20))
  },
  door: {
    'door.forced': forced, 'door.held-open': heldOpen, 'door.denied-burst': deniedBurst, 'door.duress': () => passing('duress', 60),
    'door.tamper': () => flagged('tamper', null), 'door.lock-fault': lockFault
  },
  camera: {
    'camera.lens-covered': () => phased('lens-covered'), 'camera.scene-changed': () => phased('scene-changed'), 'camera.ebike-in-lift': () => phased('ebike-in-lift'),
    'camera.intrusion': () => phased('intrusion'), 'camera.flame': () => phased('flame'), 'camera.falling-object': () => passing('falling-object', 300),
    'camera.video-loss': () => lasting('video-loss', 'videoLoss', 30, 30), 'camera.fire-lane-blocked': () => lasting('fire-lane-blocked', null, 120, 0)
  }
}

/** What the book is to hear of each rule up to `end`, as `raise 12`, `raise high 300`, `clear 72`. */
export function byTable(kind: string, told: readonly Told[], end: number): Readonly<Record<string, readonly string[]>> {
  const lines: Record<string, string[]> = {}
  for (const [name, make] of Object.entries(RULES[kind] ?? {})) {
    const judge = make()
    const heard: string[] = lines[name] = []
    const readings = new Map(told.map(({ at, body }) => [at, body]))
    for (let at = 0; at <= end; at += 1) {
      for (const says of judge(at, null)) heard.push(`${says} ${at}`)
      const body = readings.get(at)
      if (body) for (const says of judge(at, body)) heard.push(`${says} ${at}`)
    }
  }
  return lines
}
