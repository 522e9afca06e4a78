/** A record arranged for reading: items with their points, what a reviewer filters by, what becomes public. Pure. */
import {
  answersOf,
  visible,
  type AnswerValue,
  type ChecklistItem,
  type CheckPoint,
  type Missing,
  type ResultCode,
} from '../../../engine/checklist'
import type { CaseRecord, LogLine, Photo, Review } from './records'

export type Filter = 'all' | 'problems' | 'changes'

export interface Change {
  reg: string
  before: unknown
  after: unknown
}

export interface PointView {
  point: CheckPoint
  answer: AnswerValue | null
  note: string
  photos: Photo[]
  /** The result that the answer leads to, where it is a problem. */
  result: ResultCode | null
  lacks: Missing['kind'][]
  changes: Change[]
  disputed: boolean
}

export interface Section {
  item: ChecklistItem
  result: ResultCode | null
  fails: number
  points: PointView[]
  /** Points that this item shares with an earlier one, where they were asked. */
  shared: CheckPoint[]
}

/** The items of the sheet with the points that show, each point once, at the item that asked it. */
export function sectionsOf(record: CaseRecord): Section[] {
  const { checklist, registers, status, results } = record
  const shown = record.results.state || isFruitless(record) ? new Set<string>() : visible(checklist, answersOf(registers))
  const points = new Map(checklist.points.map((point) => [point.code, point]))
  return checklist.items.map((item) => {
    const listed = item.points.flatMap((code) => points.get(code) ?? []).filter(({ code }) => shown.has(code))
    return {
      item,
      result: results.items[item.code] ?? null,
      fails: status.items[item.code]?.fails ?? 0,
      points: listed.filter((point) => point.item === item.code).map((point) => pointView(record, point)),
      shared: listed.filter((point) => point.item !== item.code),
    }
  })
}

/** Whether the visit came to nothing, so that no point was asked. */
export function isFruitless({ registers }: Pick<CaseRecord, 'registers'>): boolean {
  const outcome = registers.outcome as { code?: string } | null | undefined
  return outcome != null && outcome.code !== 'normal'
}

function pointView(record: CaseRecord, point: CheckPoint): PointView {
  const { code } = point
  const note = record.registers[`note/${code}`]
  return {
    point,
    answer: (record.registers[`ans/${code}`] as AnswerValue | null | undefined) ?? null,
    note: typeof note === 'string' ? note : '',
    photos: record.photos[code] ?? [],
    result: record.status.fails.find((fail) => fail.point === code)?.result ?? null,
    lacks: record.status.missing.filter((entry) => entry.point === code).map(({ kind }) => kind),
    changes: record.differences.filter(({ reg }) => pointOf(reg) === code),
    disputed: record.conflicts.some(({ reg }) => pointOf(reg) === code),
  }
}

/** The last decision on a revision, or on any; of one kind, or of both. */
export function lastReview(
  { reviews }: Pick<CaseRecord, 'reviews'>,
  wanted: { rev?: number; decision?: Review['decision'] },
): Review | undefined {
  const { rev, decision } = wanted
  return reviews.filter((review) => (rev ?? review.rev) === review.rev && (decision ?? review.decision) === review.decision).at(-1)
}

/** What keeps a record from being decided on, with how often. */
export function obstaclesOf(record: Pick<CaseRecord, 'blobs_missing' | 'held' | 'conflicts'>): ['missing' | 'held' | 'conflicts', number][] {
  const { blobs_missing: missing, held, conflicts } = record
  const all = [['missing', missing.length], ['held', held.length], ['conflicts', conflicts.length]] as const
  return all.filter(([, n]) => n > 0).map(([name, n]) => [name, n])
}

/** The check point that a register belongs to, or null. */
export function pointOf(reg: string): string | null {
  return /^(?:ans|note|photo)\/([^/]+)/.exec(reg)?.[1] ?? null
}

export function passes(filter: Filter, { result, lacks, disputed, changes }: PointView): boolean {
  if (filter === 'problems') return result !== null || lacks.length > 0 || disputed
  return filter === 'all' || changes.length > 0
}

/** What was written at a point, newest first. */
export function historyOf(record: CaseRecord, point: string): LogLine[] {
  return record.history.filter(({ reg }) => pointOf(reg) === point).reverse()
}

/** A photo with where it belongs and who took it. */
export interface Shot {
  point: string
  title: string
  photo: Photo
  by: LogLine | null
}

/** Every photo of the record in the order of the page: those of the visit itself first. */
export function shotsOf(record: CaseRecord): Shot[] {
  const order = new Map(record.checklist.points.map((point, index) => [point.code, { index, title: point.title }]))
  return Object.entries(record.photos)
    .sort(([a], [b]) => (order.get(a)?.index ?? -1) - (order.get(b)?.index ?? -1))
    .flatMap(([point, photos]) =>
      photos.map((photo) => ({
        point,
        title: order.get(point)?.title ?? '',
        photo,
        by: record.history.find(({ reg, value }) => value != null && reg === `photo/${point}/${photo.id}`) ?? null,
      })),
    )
}

const EARTH_RADIUS = 6_371_000

/** Metres between two places (haversine), or null where one of them is unknown. */
export function distance(
  a: { lat: string | null; lon: string | null },
  b: { lat: string | null; lon: string | null },
): number | null {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return null
  const [latA, lonA, latB, lonB] = [a.lat, a.lon, b.lat, b.lon].map((degrees) => (Number(degrees) * Math.PI) / 180)
  const half = Math.sin((latB! - latA!) / 2) ** 2 + Math.cos(latA!) * Math.cos(latB!) * Math.sin((lonB! - lonA!) / 2) ** 2
  return Math.round(2 * EARTH_RADIUS * Math.asin(Math.sqrt(half)))
}

/** What the public will see of the record, masked as the publication masks it. */
export function publicView(record: CaseRecord): {
  code: string
  name: string
  address: string
  inspectors: string[]
  items: { code: string; name: string; name_en: string; result: ResultCode | null }[]
} {
  const { object, team, checklist, results } = record
  return {
    code: object.code,
    name: object.name,
    // The address of an individual business may be a home.
    address: object.kind === 'individual_business' ? object.region_name : object.address,
    inspectors: team.map(({ name }) => `${name.slice(0, 1)}*`),
    items: checklist.items.map(({ code, name, name_en }) => ({ code, name, name_en, result: results.items[code] ?? null })),
  }
}
