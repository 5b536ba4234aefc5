import { doorForced } from './door-forced.ts'
import { fire } from './fire.ts'
import { powerCut } from './power-cut.ts'
import type { Scenario } from './scenario.ts'

/** All there are, in the order in which `--scenario all` plays them. */
export const SCENARIOS: readonly Scenario[] = [fire, doorForced, powerCut]
