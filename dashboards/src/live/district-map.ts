import type { GeoPoint } from '../../../protocol/http/places.ts'

/**
 * A drawing of Lanzhou's districts and counties in units of its own, 1000 by 700. It is schematic: they lie to each other as in the world,
 * but the four districts of the city, a twentieth of the area with most of the people, are drawn as large as the counties around them.
 */
export const MAP = { width: 1000, height: 700 }

export interface District {
  /** Its part of a compound's `district`, in Chinese; also its key for the texts. */
  readonly zh: string
  readonly pinyin: string
  readonly outline: string
  /** Middle of the room for compounds, and half its width and height. */
  readonly x: number
  readonly y: number
  readonly halfWidth: number
  readonly halfHeight: number
  readonly label: readonly [x: number, y: number]
  /** Middle of its built-up part, degrees (WGS 84). */
  readonly middle: GeoPoint
}

export const DISTRICTS: readonly District[] = [
  { zh: '永登', pinyin: 'Yongdeng', outline: 'M30 70 240 20 425 40 415 170 380 285 270 330 140 305 20 290Z', x: 215, y: 190, halfWidth: 135, halfHeight: 70, label: [70, 105], middle: { lat: 36.737, lon: 103.26 } },
  { zh: '新区', pinyin: 'New Area', outline: 'M425 40 620 60 610 170 560 300 380 285 415 170Z', x: 500, y: 185, halfWidth: 75, halfHeight: 75, label: [450, 85], middle: { lat: 36.486, lon: 103.643 } },
  { zh: '皋兰', pinyin: 'Gaolan', outline: 'M620 60 800 70 935 150 910 285 760 330 640 330 560 300 610 170Z', x: 755, y: 215, halfWidth: 105, halfHeight: 65, label: [650, 105], middle: { lat: 36.332, lon: 103.947 } },
  { zh: '红古', pinyin: 'Honggu', outline: 'M20 290 140 305 270 330 235 410 125 450 25 400Z', x: 145, y: 385, halfWidth: 85, halfHeight: 28, label: [40, 330], middle: { lat: 36.346, lon: 102.859 } },
  { zh: '西固', pinyin: 'Xigu', outline: 'M270 330 380 285 405 385 380 455 365 560 200 555 125 450 235 410Z', x: 290, y: 460, halfWidth: 65, halfHeight: 55, label: [285, 365], middle: { lat: 36.089, lon: 103.628 } },
  { zh: '安宁', pinyin: 'Anning', outline: 'M380 285 560 300 575 385 490 430 380 455 405 385Z', x: 478, y: 368, halfWidth: 58, halfHeight: 36, label: [400, 318], middle: { lat: 36.104, lon: 103.719 } },
  { zh: '城关', pinyin: 'Chengguan', outline: 'M560 300 640 330 760 330 770 410 700 480 590 490 575 385Z', x: 675, y: 420, halfWidth: 65, halfHeight: 40, label: [590, 350], middle: { lat: 36.057, lon: 103.826 } },
  { zh: '七里河', pinyin: 'Qilihe', outline: 'M380 455 490 430 575 385 590 490 600 600 540 650 420 650 365 560Z', x: 485, y: 555, halfWidth: 75, halfHeight: 60, label: [400, 480], middle: { lat: 36.066, lon: 103.786 } },
  { zh: '榆中', pinyin: 'Yuzhong', outline: 'M760 330 910 285 975 420 910 585 740 675 540 650 600 600 590 490 700 480 770 410Z', x: 785, y: 535, halfWidth: 115, halfHeight: 75, label: [860, 360], middle: { lat: 35.843, lon: 104.113 } }
]

/** The Yellow River, from west to east. */
export const RIVER = 'M150 520C230 500 300 500 380 455S500 440 575 385 700 385 760 330 860 300 910 285'

/** How far from a district's middle a compound is drawn at the edge of its room, degrees of longitude; what is farther out stays at the edge. */
const REACH = 0.03
/** Compounds are moved apart until they are this far from each other, map units. */
const APART = { x: 58, y: 46 }
const ROUNDS = 60

export interface Placed {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly district: District | null
}

interface Place {
  readonly id: string
  readonly district: string
  readonly location: GeoPoint | null
}

/** Where each compound stands on the map: by its location, as far as that lies in its district's direction, else in its district. Always the same for the same compounds. */
export function place(compounds: readonly Place[]): Placed[] {
  const byDistrict = new Map<District | null, Place[]>()
  for (const compound of [...compounds].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const district = districtOf(compound)
    byDistrict.set(district, [...byDistrict.get(district) ?? [], compound])
  }
  return [...byDistrict].flatMap(([district, own]) => (district ? placeIn(district, own) : placeBeside(own)))
}

function districtOf({ district, location }: Place): District | null {
  const named = DISTRICTS.find(({ zh, pinyin }) => district.includes(zh) || district.toLowerCase().includes(pinyin.toLowerCase()))
  if (named || !location) return named ?? null
  const distance = ({ middle }: District) => Math.hypot(middle.lat - location.lat, middle.lon - location.lon)
  const nearest = [...DISTRICTS].sort((a, b) => distance(a) - distance(b))[0]
  return nearest && distance(nearest) < 0.3 ? nearest : null
}

function placeIn(district: District, compounds: readonly Place[]): Placed[] {
  const within = (value: number) => Math.max(-1, Math.min(1, value))
  const points = compounds.map(({ id, location }, index) => {
    // Without a location: round the middle, each a golden angle on.
    const [dx, dy] = location
      ? [within((location.lon - district.middle.lon) / REACH), within((district.middle.lat - location.lat) / (REACH * 0.8))]
      : [Math.cos(index * 2.4) * 0.6, Math.sin(index * 2.4) * 0.6]
    return { id, x: district.x + dx * district.halfWidth, y: district.y + dy * district.halfHeight }
  })
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [n, a] of points.entries()) {
      for (const b of points.slice(n + 1)) {
        const [dx, dy] = [(b.x - a.x) / APART.x, (b.y - a.y) / APART.y]
        const distance = Math.hypot(dx, dy)
        if (distance >= 1) continue
        const [ux, uy] = distance > 1e-6 ? [dx / distance, dy / distance] : [1, 0]
        const push = (1 - distance) / 2
        a.x -= ux * push * APART.x
        a.y -= uy * push * APART.y
        b.x += ux * push * APART.x
        b.y += uy * push * APART.y
      }
    }
    for (const point of points) {
      point.x = district.x + within((point.x - district.x) / district.halfWidth) * district.halfWidth
      point.y = district.y + within((point.y - district.y) / district.halfHeight) * district.halfHeight
    }
  }
  return points.map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y), district }))
}

/** Compounds of no known district stand in a row at the foot. */
function placeBeside(compounds: readonly Place[]): Placed[] {
  return compounds.map(({ id }, index) => ({ id, x: 40 + (index % 8) * APART.x, y: MAP.height - 22, district: null }))
}
