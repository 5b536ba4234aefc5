/** Every kind of device. A new one is a file beside this one and a line here; the compiler names what is missing elsewhere. */
import type { Kind } from '../names.ts'
import { CAMERA } from './camera.ts'
import type { Field, KindDefinition } from './definition.ts'
import { DOOR } from './door.ts'
import { GATEWAY } from './gateway.ts'
import { SMOKE } from './smoke.ts'

export type { Field, Fields, KindDefinition } from './definition.ts'

export const KIND_DEFINITIONS: Readonly<Record<Kind, KindDefinition>> = { door: DOOR, smoke: SMOKE, camera: CAMERA, gateway: GATEWAY }

/** A field of the kind's telemetry; undefined when it has no such field. */
export function telemetryField(kind: Kind, field: string): Field | undefined {
  const fields = KIND_DEFINITIONS[kind].telemetry
  return Object.hasOwn(fields, field) ? fields[field] : undefined
}

/** The unit of a telemetry field as it is shown, e.g. `°C`; null for one without (booleans, enums, counts) and for an unknown one. */
export function unitOf(kind: Kind, field: string): string | null {
  const definition = telemetryField(kind, field)
  return definition?.type === 'number' ? definition.unit : null
}
