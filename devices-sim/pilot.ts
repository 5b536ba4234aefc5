/**
 * The pilot: which compounds there are, and which devices hang where. It is the same for every seed and a smaller one is the beginning
 * of a larger one, so that runs with other numbers find the homes of earlier runs again. The seed decides what happens, not where.
 */
import { COMPOUND_NAMES, DISTRICTS } from './compound-names.ts'
import type { Bilingual, CompoundId, DeviceId, Kind, Location } from '../protocol/names.ts'
import { createRandom } from './random.ts'

export interface PilotBuilding {
  readonly id: string
  readonly name: string
  readonly units: number
  readonly floors: number
}

export interface PilotDevice {
  readonly id: DeviceId
  readonly kind: Kind
  readonly compound: CompoundId
  /** Speaks for it; null for what is connected itself. */
  readonly gateway: DeviceId | null
  readonly location: Location
  readonly model: string
}

export interface PilotCompound {
  readonly id: CompoundId
  readonly name: string
  readonly label: Bilingual
  readonly district: string
  readonly location: { readonly lat: number; readonly lon: number }
  readonly homes: number
  readonly buildings: readonly PilotBuilding[]
  readonly gateways: readonly PilotDevice[]
  readonly detectors: readonly PilotDevice[]
  readonly doors: readonly PilotDevice[]
  readonly cameras: readonly PilotDevice[]
}

export interface Pilot {
  readonly compounds: readonly PilotCompound[]
  readonly devices: ReadonlyMap<DeviceId, PilotDevice>
}

/** The real one: 50 compounds of 800 homes. */
export const PILOT = { compounds: 50, homes: 800 }
/** Homes in a building: 16 buildings of 50 are the pilot's 800. */
const HOMES_A_BUILDING = 50
const DOORS_A_HOME = 30 / 800
const CAMERAS_A_HOME = 100 / 800
/** Units and homes on a floor of a unit, as old and newer blocks of Lanzhou have them. */
const SHAPES = [[4, 2], [3, 2], [2, 2], [2, 3], [1, 4]] as const

export const MODELS: Readonly<Record<Kind, string>> = {
  smoke: 'sim-smoke-1', door: 'sim-door-1', camera: 'sim-camera-1', gateway: 'sim-gateway-1'
}

/** @param compounds 1 to 999 @param homes in each compound, 1 to 5,000 */
export function createPilot(compounds: number, homes: number): Pilot {
  const all = Array.from({ length: compounds }, (_, index) => createCompound(index, homes))
  const devices = new Map<DeviceId, PilotDevice>()
  for (const compound of all) for (const device of devicesOf(compound)) devices.set(device.id, device)
  return { compounds: all, devices }
}

/** All devices of a compound, gateways before their children. */
export function devicesOf(compound: PilotCompound): readonly PilotDevice[] {
  return [...compound.gateways, ...compound.detectors, ...compound.doors, ...compound.cameras]
}

/** Detectors in the same building, `home` on the same floor of the unit first, then the one above: where smoke goes next. */
export function neighboursOf(compound: PilotCompound, detector: PilotDevice): { beside: PilotDevice | null; above: PilotDevice | null } {
  const at = detector.location
  const inUnit = compound.detectors.filter((one) => one.location.building === at.building && one.location.unit === at.unit)
  const beside = inUnit.find((one) => one.location.floor === at.floor && one.id !== detector.id) ?? null
  const above = inUnit.find((one) => one.location.floor === (at.floor ?? 0) + 1 && doorNumber(one) === doorNumber(detector)) ?? null
  return { beside, above }
}

function doorNumber(device: PilotDevice): string {
  return device.location.home?.slice(-2) ?? ''
}

function createCompound(index: number, homes: number): PilotCompound {
  const number = String(index + 1).padStart(2, '0')
  const id = `c${number}` as CompoundId
  const random = createRandom(0, `compound ${id}`)
  const names = COMPOUND_NAMES[index % COMPOUND_NAMES.length]
  const district = DISTRICTS[index % DISTRICTS.length]
  if (!names || !district) throw new RangeError('no name or district for the compound')
  const again = index >= COMPOUND_NAMES.length ? ` ${Math.floor(index / COMPOUND_NAMES.length) + 1}` : ''
  const label = { zh: `${names[0]}${again}（试点·虚构）`, en: `${names[1]}${again} (pilot, fictitious)` }

  const shapes = Array.from({ length: Math.ceil(homes / HOMES_A_BUILDING) }, () => random.pick(SHAPES))
  const buildings = shapes.map(([units, perFloor], at): PilotBuilding => ({
    id: String(at + 1), name: `${at + 1}号楼`, units, floors: Math.ceil(HOMES_A_BUILDING / (units * perFloor))
  }))
  const device = (kind: Kind, at: number, digits: number, location: Location, gateway: DeviceId | null = null): PilotDevice => ({
    id: `${id}-${kind}-${String(at + 1).padStart(digits, '0')}` as DeviceId, kind, compound: id, gateway, location, model: MODELS[kind]
  })
  const spread = (at: number, perHome: number): { building: string; unit: string } => {
    const building = Math.min(Math.floor(at / (perHome * HOMES_A_BUILDING)), buildings.length - 1)
    return { building: String(building + 1), unit: String((at % (shapes[building]?.[0] ?? 1)) + 1) }
  }

  const gateways = buildings.map((building, at) => device('gateway', at, 2, { building: building.id }))
  const detectors = Array.from({ length: homes }, (_, at) => {
    const building = Math.floor(at / HOMES_A_BUILDING)
    const [units, perFloor] = shapes[building] ?? SHAPES[0]
    const inBuilding = at % HOMES_A_BUILDING
    const floor = Math.floor(inBuilding / (units * perFloor)) + 1
    const onFloor = inBuilding % (units * perFloor)
    const home = `${floor}${String((onFloor % perFloor) + 1).padStart(2, '0')}`
    const location = { building: String(building + 1), unit: String(Math.floor(onFloor / perFloor) + 1), floor, home }
    return device('smoke', at, 4, location, gateways[building]?.id ?? null)
  })
  return {
    id, name: label.zh, label, district: district.zh, homes, buildings, gateways, detectors,
    location: { lat: round(district.lat + random.noise(district.spread)), lon: round(district.lon + random.noise(district.spread)) },
    doors: Array.from({ length: Math.ceil(homes * DOORS_A_HOME) }, (_, at) => device('door', at, 2, { ...spread(at, DOORS_A_HOME), floor: 1 })),
    cameras: Array.from({ length: Math.ceil(homes * CAMERAS_A_HOME) }, (_, at) => device('camera', at, 3, { ...spread(at, CAMERAS_A_HOME), floor: 1 }))
  }
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
