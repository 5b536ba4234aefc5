import type { FieldValue } from '../../../protocol/decoded.ts'
import type { Field } from '../../../protocol/kinds/definition.ts'
import { isTextKey } from '../i18n/text.ts'
import type { Language, Translate } from '../i18n/text.ts'

const numbers: Record<Language, Intl.NumberFormat> = {
  zh: new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 })
}

export function numberText(language: Language, value: number): string {
  return numbers[language].format(value)
}

/** What a field is called beside its value: a door is `shut`, not `open: shut`. @param definition undefined: one that is newer than we are */
export function fieldName(t: Translate, language: Language, field: string, definition: Field | undefined): string {
  const key = `field.${field}`
  return isTextKey(key) ? t(key) : definition?.label[language] ?? field
}

/** A unit as a reader knows it; empty where there is none. */
export function unitText(t: Translate, unit: string | null | undefined): string {
  const key = `unit.${unit}`
  return isTextKey(key) ? t(key) : unit ?? ''
}

/** A value without its unit, as a reader says it: a door is `open` and not `true`. What a device wrote in its own words stays as it is. */
export function valueText(t: Translate, language: Language, field: string, definition: Field | undefined, value: FieldValue): string {
  if (typeof value === 'number') return numberText(language, value)
  if (typeof value === 'string') {
    const key = `value.${value}`
    return definition?.type === 'enum' && isTextKey(key) ? t(key) : value
  }
  if (field === 'open') return t(value ? 'value.open' : 'value.shut')
  if (field === 'locked') return t(value ? 'value.locked' : 'value.unlocked')
  const key = `value.${field}-${value}`
  return isTextKey(key) ? t(key) : t(value ? 'value.yes' : 'value.no')
}
