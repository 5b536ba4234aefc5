import type { RuleSettingView } from '../../protocol/http/rules.ts'
import { RULE_IDS, RULES } from '../rules/registry.ts'
import { RULE_SETTINGS } from '../rules/settings.ts'
import type { SettingName } from '../rules/settings.ts'
import type { Handlers } from './exchange.ts'
import type { ApiHouse } from './house.ts'

/** The rules and the numbers that they judge by since the platform started. */
export function ruleCalls({ rules }: Pick<ApiHouse, 'rules'>): Pick<Handlers, 'rules.list'> {
  const view = (name: SettingName): RuleSettingView => {
    const { label, env, unit, default: fallback, min, max } = RULE_SETTINGS[name]
    return { name, label, env, unit, value: rules[name], default: fallback, min, max }
  }
  return {
    'rules.list'() {
      const owned = new Set(RULE_IDS.flatMap((id) => RULES[id].settings))
      return {
        rules: RULE_IDS.map((id) => ({
          id, title: RULES[id].title, severity: RULES[id].severity, latches: RULES[id].latches, settings: RULES[id].settings.map(view)
        })),
        settings: (Object.keys(RULE_SETTINGS) as SettingName[]).filter((name) => !owned.has(name)).map(view)
      }
    }
  }
}
