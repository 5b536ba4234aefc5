/** The tables of docs/firmware.md as the declarations of the kinds make them. */
import type { Field, Fields, KindDefinition } from '../../protocol/kinds/index.ts'
import { MAX_ARRAY_BYTES, MAX_ELEMENTS, MAX_FRAME_BYTES, MAX_JPEG_BYTES, MAX_OBJECT_BYTES } from '../../protocol/limits.ts'
import { COMMON_FIELDS } from '../../protocol/shapes.ts'

function range(field: Field): string {
  if (field.type === 'number') return `${field.whole === true ? 'whole, ' : ''}${field.min} … ${field.max}`
  if (field.type === 'boolean') return 'true, false'
  if (field.type === 'enum') return field.values.map((value) => `\`${value}\``).join(' ')
  return field.form === 'ref' ? '`[A-Za-z0-9][A-Za-z0-9._-]{0,63}`' : `${field.minCharacters ?? 1} … ${field.maxCharacters} characters`
}

function fieldRows(fields: Fields): string[] {
  return Object.entries(fields).map(([name, field]) =>
    `| \`${name}\` | ${field.type} | ${(field.type === 'number' && field.unit) || '–'} | ${range(field)} | ${field.label.zh} · ${field.label.en} |`)
}

const FIELD_HEAD = ['| 字段 field | 类型 type | 单位 unit | 范围 range | 含义 meaning |', '|---|---|---|---|---|']

/** One kind of device: telemetry, events with their further fields, commands. */
export function tablesOf({ telemetry, events, eventFields, commands, interval }: KindDefinition): string {
  const eventRows = Object.entries(events).map(([type, { label, lifeSafety = false }]) => `| \`${type}\`${lifeSafety ? ' ⚠' : ''} | ${label.zh} · ${label.en} |`)
  const commandRows = Object.entries(commands).map(([name, { args, closed, label }]) =>
    `| \`${name}\` | ${Object.keys(args).map((arg) => `\`${arg}\``).join(' ') || (closed ? '–' : '…')} | ${label.zh} · ${label.en} |`)
  const further = Object.keys(eventFields).length === 0 ? [] : ['', ...FIELD_HEAD, ...fieldRows(eventFields)]
  return [
    `\`telemetry\`, 每 every ${interval / 1000} s:`, '', ...FIELD_HEAD, ...fieldRows(telemetry), '',
    '`event`:', '', '| `type` | 含义 meaning |', '|---|---|', ...eventRows, ...further, '',
    '`command`:', '', '| `name` | `args` | 含义 meaning |', '|---|---|---|', ...commandRows
  ].join('\n')
}

/** What every report carries. */
export function commonTable(): string {
  return [...FIELD_HEAD, ...fieldRows(COMMON_FIELDS)].join('\n')
}

export function limitsTable(): string {
  const kib = (bytes: number): string => `${bytes / 1024} KiB`
  return [
    '| 上限 limit | |', '|---|---|',
    `| 一个 JSON 对象 · a JSON object | ${kib(MAX_OBJECT_BYTES)} |`,
    `| 一个 JSON 数组 · a JSON array | ${kib(MAX_ARRAY_BYTES)}, ${MAX_ELEMENTS} 个元素 elements |`,
    `| 一张 JPEG · a JPEG | ${kib(MAX_JPEG_BYTES)} |`,
    `| 一个 MQTT 帧（超过就断开）· an MQTT frame (a larger one closes the connection) | ${kib(MAX_FRAME_BYTES)} |`
  ].join('\n')
}
