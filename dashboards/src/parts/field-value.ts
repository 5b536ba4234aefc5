import type { FieldValue } from '../../../protocol/decoded.ts'
import { isTextKey } from '../i18n/text.ts'
import type { Language, Translate } from '../i18n/text.ts'

const numbers: Record<Language, Intl.NumberFormat> = {
  zh: new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 })
}

export function numberText(language: Language, value: number): string {
  return numbers[language].format(value)
}

/** A value as a reader says it: a door is `open` and not `true`. */
export function valueText(t: Translate, language: Language, field: string, value: FieldValue): string {
  if (typeof value === 'number') return numberText(language, value)
  if (typeof value === 'string') {
    const key = `value.${value}`
    return isTextKey(key) ? t(key) : value
  }
  if (field === 'open') return t(value ? 'value.open' : 'value.shut')
  if (field === 'locked') return t(value ? 'value.locked' : 'value.unlocked')
  return t(value ? 'value.yes' : 'value.no')
}
