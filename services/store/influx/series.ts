/** A series: measurement and tags, which all points of a device in one measurement share. */
import type { CompoundId, DeviceId, Kind } from '../../../protocol/names.ts'
import type { HistoryItem } from '../sqlite/history-item.ts'

/** Of readings the kind of device; events and transitions of alarms have a measurement each. */
export type Measurement = Kind | 'event' | 'alarm'

/** Where a device hangs; null where that is not known. */
export type BuildingOf = (device: DeviceId) => string | null

export interface SeriesNames {
  readonly measurement: Measurement | `${Kind}_hourly` | `${Kind}_daily`
  /** Null: of none, as an alarm about the platform itself. */
  readonly compound: CompoundId | null
  readonly building: string | null
  readonly kind: Kind | null
  readonly device: DeviceId | null
  /** Of events; constant for a device but for this one: one series a device and measurement. */
  readonly type?: string
}

/** As the line protocol begins with it; tags in the order of their names, which spares the server from sorting them. */
export function seriesText({ measurement, compound, building, kind, device, type }: SeriesNames): string {
  return measurement + tag('building', building) + tag('compound', compound) + tag('device', device) + tag('kind', kind) + tag('type', type ?? null)
}

/** The line protocol has no empty tags, and no way to write a line's end in one or a backslash at its end. */
function tag(name: string, value: string | null): string {
  return value === null || value === '' ? '' : `,${name}=${value.replaceAll(/[\\\r\n]/g, '/').replaceAll(/[,= ]/g, String.raw`\$&`)}`
}

/** The series of reports. Those of readings are kept: a device has one. */
export class KnownSeries {
  readonly #buildingOf: BuildingOf
  readonly #readings = new Map<DeviceId, { readonly compound: CompoundId; readonly kind: Kind; readonly building: string | null; readonly text: string }>()

  constructor(buildingOf: BuildingOf) {
    this.#buildingOf = buildingOf
  }

  of({ device, compound, kind, type }: HistoryItem): string {
    const building = this.#buildingOf(device)
    if (type !== null) return seriesText({ measurement: 'event', compound, building, kind, device, type })
    const known = this.#readings.get(device)
    // A device that was removed may come back as another.
    if (known?.building === building && known.compound === compound && known.kind === kind) return known.text
    const text = seriesText({ measurement: kind, compound, building, kind, device })
    this.#readings.set(device, { compound, kind, building, text })
    return text
  }
}
