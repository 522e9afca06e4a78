// What the value of each register may look like. Whether an answer is complete is the checklist's rule.
// Twin of sync/values.py.

import { isInteger, isObject, type Json } from './canonical'

export type Check = (value: unknown) => boolean

export const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const CODE = '[A-Za-z0-9._-]{1,64}'
const REPLICA = `(?:${UUID}|office)`
// A UUID of version 8 whose first half says what it is. Phones have version 7, and older apps read it as any UUID.
const OFFICE = '(?:office|0ff1ce00-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12})'
const DOT = `${REPLICA}:[1-9][0-9]{0,15}`
const TIME = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})'
const DECIMAL = '-?(?:0|[1-9][0-9]{0,14})(?:\\.[0-9]{1,20})?'

export function matches(pattern: string): Check {
  const compiled = new RegExp(`^(?:${pattern})$`, 'u')
  return (value) => typeof value === 'string' && compiled.test(value)
}

/** A string of so many code points: not UTF-16 units, which the Python twin does not count. */
export function text(high: number, low = 0): Check {
  return (value) => typeof value === 'string' && within([...value].length, low, high)
}

// eslint-disable-next-line no-control-regex -- to find them is what it is for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/gu

/** Whether no text anywhere in the value holds a control character other than line feed and tab. */
export function printable(value: unknown): boolean {
  if (typeof value === 'string') return value.search(CONTROLS) < 0
  return typeof value !== 'object' || value === null || Object.values(value).every(printable)
}

/** The value without such characters, as a screen takes what was pasted from a word processor. */
export function withoutControls(value: Json): Json {
  if (typeof value === 'string') return value.replace(CONTROLS, '')
  if (Array.isArray(value)) return value.map(withoutControls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutControls(member)]))
}

function within(count: number, low: number, high: number): boolean {
  return low <= count && count <= high
}

export function integer(low: number, high: number): Check {
  return (value) => isInteger(value, low, high)
}

export function oneOf(...allowed: string[]): Check {
  return (value) => typeof value === 'string' && allowed.includes(value)
}

export const nothing: Check = (value) => value === null

export function maybe(check: Check): Check {
  return (value) => value === null || check(value)
}

/** An object with exactly these members; the optional ones may be absent, but are not null. */
export function record(fields: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const known = new Map([...Object.entries(fields), ...Object.entries(optional)])
  return (value) =>
    isObject(value) &&
    Object.keys(fields).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => known.get(name)?.(member) ?? false)
}

export function listOf(check: Check, high: number): Check {
  return (value) => Array.isArray(value) && value.length <= high && value.every(check)
}

export function setOf(check: Check, high: number): Check {
  const listed = listOf(check, high)
  return (value) => listed(value) && new Set(value as unknown[]).size === (value as unknown[]).length
}

function either(...checks: Check[]): Check {
  return (value) => checks.some((check) => check(value))
}

const sha256 = matches('[0-9a-f]{64}')
export const time = matches(TIME)
const decimal = matches(DECIMAL)
export const replicaId = matches(REPLICA)
export const officeId = matches(OFFICE)
export const dot = matches(DOT)
export const sequence = integer(1, Number.MAX_SAFE_INTEGER)

const cover: Check = (value) =>
  isObject(value) &&
  Object.keys(value).length <= 64 &&
  Object.keys(value).every(replicaId) &&
  Object.values(value).every(sequence)

const signatureShape = record({
  role: oneOf('lead', 'member', 'representative'),
  name: text(100),
  digest: sha256,
  cover,
  pad: maybe(sha256),
  strokes: maybe(sha256),
  refused: maybe(record({ why: text(500, 1), witness: text(100) })),
})

/** A hand-written signature, or its refusal: who does not sign leaves a reason instead of a pad. */
const signature: Check = (value) => {
  if (!signatureShape(value)) return false
  const { refused, pad, strokes } = value as Record<string, unknown>
  return refused !== null || (pad !== null && strokes !== null)
}

const answer = either(
  record({ r: oneOf('pass', 'fail', 'na', 'unchecked'), why: text(500) }),
  record({ n: decimal }),
  record({ t: text(4000) }),
  record({ c: text(64, 1) }),
  record({ m: setOf(text(64, 1), 100) }),
  record({ d: matches('[0-9]{4}-[0-9]{2}-[0-9]{2}') }),
)

const photo = record(
  {
    sha256,
    size: integer(1, 100_000_000),
    mime: oneOf('image/jpeg', 'image/png', 'image/webp'),
    w: maybe(integer(1, 100_000)),
    h: maybe(integer(1, 100_000)),
    at: maybe(time),
    lat: maybe(decimal),
    lon: maybe(decimal),
    acc: maybe(decimal),
    off: maybe((value) => isInteger(value)),
  },
  // Of a later edition, and absent from what was signed before it.
  { of: sha256, orig: sha256 },
)

const blob = record({
  sha256,
  size: integer(1, 100_000_000),
  mime: oneOf('image/png', 'image/jpeg', 'application/json'),
})

const outcome = record({
  code: oneOf('normal', 'unreachable', 'closed', 'refused', 'no_business', 'deregistered', 'revoked', 'moved'),
  why: text(500),
})

/** Register patterns of each kind of operation, with the check of a value that is not null (null = cleared). */
export type RegisterChecks = readonly (readonly [register: Check, value: Check])[]

export const SET: RegisterChecks = [
  [matches(`ans/${CODE}`), answer],
  [matches(`note/${CODE}`), text(4000)],
  [matches(`photo/${CODE}/${UUID}`), photo],
  [matches(`result/${CODE}`), oneOf(...'12345678')],
  [matches('outcome'), outcome],
  [matches('remark'), text(4000)],
  [matches('place'), record({ lat: maybe(decimal), lon: maybe(decimal), acc: maybe(decimal), at: time })],
  [matches(`fact/${UUID}/[a-z0-9_]{1,40}`), text(4000)],
]
export const SIGN: RegisterChecks = [[matches(`sign/(?:lead|member|representative)/${CODE}`), signature]]
export const BLOB: RegisterChecks = [[matches('blob/[0-9a-f]{64}'), blob]]

export const decision = record({ op: dot, why: text(500) })
export const returned = record({
  comment: text(4000),
  points: listOf(record({ point: matches(CODE), text: text(4000) }), 500),
})
export const approval = record({ comment: text(4000) })
