/** A table of devices as a spreadsheet has it, checked line by line before anything is sent. */
import type { NewDevice } from '../../../protocol/http/devices.ts'
import { isCompoundId, isDeviceId, isKind } from '../../../protocol/names.ts'
import type { Kind } from '../../../protocol/names.ts'
import { readCsv } from '../csv/read.ts'
import type { CsvRow } from '../csv/read.ts'

export const COLUMNS = ['id', 'kind', 'compound', 'building', 'unit', 'floor', 'home', 'gateway', 'model'] as const
export type Column = (typeof COLUMNS)[number]
const REQUIRED: readonly Column[] = ['id', 'kind', 'compound', 'building']

/** Heads and kinds as they are written in Chinese. */
const CHINESE_COLUMNS: Readonly<Record<string, Column>> = {
  编号: 'id', 设备编号: 'id', 类型: 'kind', 小区: 'compound', 楼栋: 'building', 单元: 'unit', 楼层: 'floor', 户号: 'home', 网关: 'gateway', 型号: 'model'
}
const CHINESE_KINDS: Readonly<Record<string, Kind>> = { 烟感: 'smoke', 门禁: 'door', 摄像机: 'camera', 网关: 'gateway' }

/** The platform's own limits, characters. */
const LONGEST: Readonly<Partial<Record<Column, number>>> = { building: 32, unit: 32, home: 32, model: 64 }

export type FaultCode =
  | 'empty' | 'no-column' | 'unknown-column' | 'unclosed' | 'missing' | 'bad-id' | 'bad-kind' | 'unknown-compound' | 'unknown-building' | 'bad-floor'
  | 'too-long' | 'twice' | 'enrolled' | 'unknown-gateway' | 'not-a-gateway'

export interface SheetFault {
  readonly line: number
  readonly field: string
  readonly code: FaultCode
  readonly value: string
  /** The earlier line, for `twice`. */
  readonly other?: number
}

export interface SheetRow {
  readonly line: number
  readonly device: NewDevice
}

/** What the platform has already. Buildings by compound. */
export interface Known {
  readonly buildings: ReadonlyMap<string, ReadonlySet<string>>
  readonly devices: ReadonlyMap<string, Kind>
}

/** Reads the table; all faults at once. A column that nobody knows is a fault too: a misspelt head would lose what is under it. */
export function readSheet(text: string, known: Known): { readonly rows: readonly SheetRow[]; readonly faults: readonly SheetFault[] } {
  const table = readCsv(text)
  const [head, ...body] = table.rows
  const faults: SheetFault[] = []
  if (table.unclosed !== null) faults.push({ line: table.unclosed, field: '', code: 'unclosed', value: '' })
  if (!head || body.length === 0) return { rows: [], faults: [...faults, { line: head?.line ?? 1, field: '', code: 'empty', value: '' }] }
  const columns = head.cells.map(columnOf)
  for (const [at, column] of columns.entries()) if (column === null) faults.push({ line: head.line, field: head.cells[at] ?? '', code: 'unknown-column', value: '' })
  for (const column of REQUIRED) if (!columns.includes(column)) faults.push({ line: head.line, field: column, code: 'no-column', value: '' })
  if (faults.length > 0) return { rows: [], faults }

  const cells = body.map((row) => ({ row, of: (column: Column) => row.cells[columns.indexOf(column)] ?? '' }))
  const kindsHere = new Map(cells.map(({ of }) => [of('id'), kindOf(of('kind'))]))
  const seen = new Map<string, number>()
  const rows = cells.flatMap(({ row, of }) => {
    const own = faultsOf(row, of, known, kindsHere, seen)
    faults.push(...own)
    const device = own.length === 0 ? deviceOf(of) : null
    return device ? [{ line: row.line, device }] : []
  })
  return { rows, faults }
}

type Cells = (column: Column) => string

function faultsOf(
  { line }: CsvRow, of: Cells, { buildings, devices }: Known, kindsHere: ReadonlyMap<string, Kind | null>, seen: Map<string, number>
): SheetFault[] {
  const faults: SheetFault[] = []
  const fault = (field: Column, code: FaultCode, other?: number): void =>
    void faults.push({ line, field, code, value: of(field), ...(other === undefined ? {} : { other }) })
  for (const column of REQUIRED) if (of(column) === '') fault(column, 'missing')
  for (const column of COLUMNS) if (of(column).length > (LONGEST[column] ?? Infinity)) fault(column, 'too-long')
  const [id, compound, building, floor, gateway] = [of('id'), of('compound'), of('building'), of('floor'), of('gateway')]
  if (id !== '') {
    const before = seen.get(id)
    if (!isDeviceId(id)) fault('id', 'bad-id')
    else if (before !== undefined) fault('id', 'twice', before)
    else if (devices.has(id)) fault('id', 'enrolled')
    if (before === undefined) seen.set(id, line)
  }
  if (of('kind') !== '' && kindOf(of('kind')) === null) fault('kind', 'bad-kind')
  const houses = buildings.get(compound)
  if (compound !== '' && !houses) fault('compound', 'unknown-compound')
  if (houses && building !== '' && !houses.has(building)) fault('building', 'unknown-building')
  if (floor !== '' && !(/^-?\d{1,3}$/.test(floor) && Number(floor) >= -20 && Number(floor) <= 200)) fault('floor', 'bad-floor')
  if (gateway !== '') {
    const kind = devices.get(gateway) ?? kindsHere.get(gateway)
    if (kind === undefined) fault('gateway', 'unknown-gateway')
    else if (kind !== 'gateway') fault('gateway', 'not-a-gateway')
  }
  return faults
}

function deviceOf(of: Cells): NewDevice | null {
  const [id, kind, compound, gateway] = [of('id'), kindOf(of('kind')), of('compound'), of('gateway')]
  if (!isDeviceId(id) || !kind || !isCompoundId(compound)) return null
  const location = {
    building: of('building'),
    ...(of('unit') === '' ? {} : { unit: of('unit') }),
    ...(of('floor') === '' ? {} : { floor: Number(of('floor')) }),
    ...(of('home') === '' ? {} : { home: of('home') })
  }
  return { id, kind, compound, gateway: isDeviceId(gateway) ? gateway : null, location, model: of('model') || null }
}

/** The compounds that the table names, each once; their devices are what an id or a gateway can be known from. */
export function compoundsIn(text: string): readonly string[] {
  const [head, ...body] = readCsv(text).rows
  const at = head?.cells.findIndex((cell) => columnOf(cell) === 'compound') ?? -1
  return at === -1 ? [] : [...new Set(body.map(({ cells }) => cells[at] ?? ''))]
}

/** Gateways first: what speaks through one can be enrolled after it only. Otherwise in the order of the file. */
export function inOrder(rows: readonly SheetRow[]): readonly SheetRow[] {
  return [...rows.filter(({ device }) => device.kind === 'gateway'), ...rows.filter(({ device }) => device.kind !== 'gateway')]
}

function columnOf(head: string): Column | null {
  const text = head.toLowerCase()
  return COLUMNS.find((column) => column === text) ?? CHINESE_COLUMNS[head] ?? null
}

function kindOf(text: string): Kind | null {
  return isKind(text) ? text : CHINESE_KINDS[text] ?? null
}
