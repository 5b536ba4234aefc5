/** What a kind of device is declared with. Schemas, checks, documents, units and labels are all derived from it. */
import type { Bilingual, Kind } from '../names.ts'

export interface NumberField {
  readonly type: 'number'
  /** As it is shown, e.g. `°C`; null for a bare number. */
  readonly unit: string | null
  readonly min: number
  readonly max: number
  /** True when only whole numbers make sense. */
  readonly whole?: boolean
  readonly label: Bilingual
}
export interface BooleanField {
  readonly type: 'boolean'
  /** True judges the object even when the rest of it is refused. */
  readonly lifeSafety?: boolean
  readonly label: Bilingual
}
export interface EnumField {
  readonly type: 'enum'
  readonly values: readonly string[]
  readonly label: Bilingual
}
export interface TextField {
  readonly type: 'text'
  /** Unicode characters; no control characters and no lone surrogates. */
  readonly maxCharacters: number
  /** 1 where nothing else is said. */
  readonly minCharacters?: 0
  /** `ref`: as a snapshot's ref in a topic. */
  readonly form?: 'ref'
  readonly label: Bilingual
}
export type Field = NumberField | BooleanField | EnumField | TextField
export type Fields = Readonly<Record<string, Field>>

export interface EventType {
  readonly label: Bilingual
  /** Judged even when the rest of the object is refused. */
  readonly lifeSafety?: boolean
}

export interface Command {
  readonly label: Bilingual
  readonly args: Fields
  /** False: further arguments, which only the device knows, may be given. Declared ones always must. */
  readonly closed: boolean
  /**
   * It is to hold, and not to happen once: sent on each connection anew. `until-replaced`: until another command that holds takes its place;
   * `until-done`: until the device said that it is done.
   */
  readonly holds?: 'until-replaced' | 'until-done'
}

export interface KindDefinition {
  readonly kind: Kind
  readonly label: Bilingual
  /** Milliseconds between two reports of a healthy device that has nothing to tell. */
  readonly interval: number
  readonly telemetry: Fields
  readonly events: Readonly<Record<string, EventType>>
  /** Further fields that any of the events may carry; all optional. */
  readonly eventFields: Fields
  readonly commands: Readonly<Record<string, Command>>
}
