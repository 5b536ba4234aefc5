import type { QuarantineView } from '../../../protocol/http/quarantine.ts'
import type { Field } from '../../../protocol/kinds/definition.ts'
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import type { Kind } from '../../../protocol/names.ts'
import { isTextKey } from '../i18n/text.ts'
import type { Language, Translate } from '../i18n/text.ts'

type Refusal = Pick<QuarantineView, 'code' | 'path' | 'message' | 'channel'>

/**
 * Why something was refused, in the reader's words: built from the code, the field and what the platform says that it found. A code that is
 * newer than these texts, and words that are not as expected, come as the platform has them (English). @param kind null: not known here
 */
export function refusalText(t: Translate, language: Language, one: Refusal, kind: Kind | null): string {
  const key = `refused.${one.code === 'clock-suspect' && one.message.includes('looks like seconds') ? 'clock-suspect-seconds' : one.code}`
  if (!isTextKey(key)) return one.message || one.code
  const params = paramsOf(t, language, one, kind)
  return params === null ? one.message || one.code : t(key, params)
}

const NUMBERS = /at most (\d+)\D+(\d+)$/

function paramsOf(t: Translate, language: Language, one: Refusal, kind: Kind | null): Record<string, string | number> | null {
  switch (one.code) {
    case 'wrong-type': case 'out-of-range': case 'missing': {
      const rule = ruleOf(t, language, one, kind)
      const found = /, was (.+)$/s.exec(one.message)?.[1]
      if (rule === null || (found === undefined && one.code !== 'missing')) return null
      return { ...rule, found: found === undefined ? '' : foundText(t, found) }
    }
    case 'nothing-usable': {
      const names = /at least one of (.+) is needed$/.exec(one.message)?.[1]
      return names === undefined ? null : { names }
    }
    case 'too-many': case 'too-large': {
      const [, most, had] = NUMBERS.exec(one.message) ?? []
      return most === undefined || had === undefined ? null : { most, had }
    }
    case 'unknown-field': return { field: one.path }
    case 'topic-refused': {
      const topic = /^it may not publish on (.+)$/s.exec(one.message)?.[1]
      return topic === undefined ? null : { topic }
    }
    case 'not-json': return { detail: one.message.replace(/^the body is not JSON: /, '') }
    case 'more-faults': {
      const count = /^(\d+) /.exec(one.message)?.[1]
      return count === undefined ? null : { count: Number(count) }
    }
    default: return {}
  }
}

/** What a field must be. The ranges of what every message carries are in the platform's words already. */
function ruleOf(t: Translate, language: Language, { path, message, channel }: Refusal, kind: Kind | null): { field: string; rule: string } | null {
  const name = path.slice(path.lastIndexOf('.') + 1)
  if (path === '' || name.startsWith('[')) return { field: t('refused.the-body'), rule: t('refused.rule-object') }
  const field = fieldOf(name, channel, kind)
  if (field) return { field: field.label[language], rule: ruleText(t, field) }
  const key = `refused.field-${name}`
  const said = /must be (.+?)(?:, was .+)?$/s.exec(message)?.[1]
  return isTextKey(key) && said !== undefined ? { field: t(key), rule: saidRule(t, said) } : null
}

function fieldOf(name: string, channel: string, kind: Kind | null): Field | undefined {
  for (const one of kind === null ? KINDS : [kind]) {
    const fields: Readonly<Record<string, Field>> = channel === 'event' ? KIND_DEFINITIONS[one].eventFields : channel === 'telemetry' ? KIND_DEFINITIONS[one].telemetry : {}
    if (Object.hasOwn(fields, name)) return fields[name]
  }
  return undefined
}

function ruleText(t: Translate, field: Field): string {
  switch (field.type) {
    case 'boolean': return t('refused.rule-boolean')
    case 'enum': return t('refused.rule-one-of', { values: field.values.join(', ') })
    case 'text': return field.form === 'ref' ? t('refused.rule-ref') : t('refused.rule-text', { min: field.minCharacters ?? 1, max: field.maxCharacters })
    case 'number': break
  }
  return t(field.whole === true ? 'refused.rule-whole' : 'refused.rule-number', { min: field.min, max: field.max, unit: field.unit === null ? '' : ` (${field.unit})` })
}

/** The platform's rule of a field that every message carries, in the reader's words. */
function saidRule(t: Translate, said: string): string {
  if (said === 'true or false') return t('refused.rule-boolean')
  const [, whole, min, max, unit] = /^a (whole )?number from (\S+) to (\S+?)( \(.+\))?$/.exec(said) ?? []
  if (min !== undefined && max !== undefined) return t(whole === undefined ? 'refused.rule-number' : 'refused.rule-whole', { min, max, unit: unit ?? '' })
  const [, least, most] = /^text of (\d+) to (\d+) characters/.exec(said) ?? []
  if (least !== undefined && most !== undefined) return t('refused.rule-text', { min: least, max: most })
  const values = /^one of (.+)$/.exec(said)?.[1]
  return values === undefined ? said : t('refused.rule-one-of', { values })
}

const FOUND = { 'a list': 'refused.found-list', 'an object': 'refused.found-object', 'nothing': 'refused.found-nothing' } as const

function foundText(t: Translate, found: string): string {
  if (Object.hasOwn(FOUND, found)) return t(FOUND[found as keyof typeof FOUND])
  const count = /^text of (\d+) characters$/.exec(found)?.[1]
  if (count !== undefined) return t('refused.found-text', { count })
  const kind = /^a (number|boolean)$/.exec(found)?.[1]
  return kind === undefined ? t('refused.found-value', { value: found }) : t('refused.found-kind', { kind })
}
