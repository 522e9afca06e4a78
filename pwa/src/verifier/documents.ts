/**
 * The documents of a draw, twin of backend/draws/documents.py: every key is always present, what does not apply is ""
 * or 0 or []. One description gives the types and the check of a foreign file's shape.
 */
type Shape = 'text' | 'number' | readonly [Shape] | { readonly [key: string]: Shape }

type Of<S> = S extends 'text'
  ? string
  : S extends 'number'
    ? number
    : S extends readonly [infer Item]
      ? Of<Item>[]
      : { -readonly [Key in keyof S]: Of<S[Key]> }

const TEXTS = ['text'] as const
const TREE = { root: 'text', n: 'number' } as const
const EVENT = { type: 'text', id: 'text', due: 'text' } as const
const EVENT_VALUE = { value: 'text' } as const

const COMMITMENT = {
  v: 'text',
  draw: 'text',
  attempt: 'number',
  task: 'text',
  plan: { id: 'text', version: 'number', digest: 'text' },
  kind: 'text',
  region: 'text',
  strata: [{ code: 'text', n: 'number', ratio: 'text', k: 'number', reserves: 'number' }],
  pool: TREE,
  roster: TREE,
  rules: 'text',
  eligibility: 'text',
  parent: 'text',
  seats: 'number',
  group_size: 'number',
  experts: 'number',
  custodians: [{ id: 'text', code_hash: 'text' }],
  event: EVENT,
} as const

const LEAF = { id: 'text', salt: 'text', stratum: 'text', leaf: 'text' } as const
const RANKED = { rank: 'number', id: 'text', ticket: 'text' } as const
const STRATUM_RESULT = { code: 'text', drawn: [RANKED], reserves: [RANKED] } as const

const RESULT = {
  v: 'text',
  draw: 'text',
  kind: 'text',
  commitment: 'text',
  seed: 'text',
  strata: [STRATUM_RESULT],
  assignments: 'text',
  digest: 'text',
} as const

const EXCLUSION = { id: 'text', reasons: TEXTS } as const
const OBJECT_ROW = {
  id: 'text',
  stratum: 'text',
  ticket: 'text',
  needs: TEXTS,
  eligible: TEXTS,
  excluded: [EXCLUSION],
  expert_needs: TEXTS,
  experts: TEXTS,
  experts_excluded: [EXCLUSION],
} as const
const PERSON_ROW = { id: 'text', load: 'number', holds: TEXTS } as const
const ELIGIBILITY = { v: 'text', objects: [OBJECT_ROW], inspectors: [PERSON_ROW], experts: [PERSON_ROW] } as const

const SEAT = { seat: 'number', id: 'text', ticket: 'text', load: 'number', how: 'text' } as const
const ASSIGNMENT = {
  object: 'text',
  group: 'number',
  limit: 'number',
  seats: [SEAT],
  reason: 'text',
  missing: TEXTS,
  experts: [SEAT],
  experts_limit: 'number',
  experts_reason: 'text',
  experts_missing: TEXTS,
} as const

const REQUEST = {
  v: 'text',
  commitment: 'text',
  number: 'number',
  objects: TEXTS,
  out: 'text',
  reason: 'text',
  evidence: 'text',
  requester: 'text',
  approver: 'text',
  event: EVENT,
} as const
const SUBSTITUTION = { request: REQUEST, event: EVENT_VALUE, substitute: 'text', ticket: 'text' } as const
const VOID = { attempt: 'number', commitment: 'text', reason: 'text', requester: 'text', approver: 'text' } as const

const BUNDLE = {
  v: 'text',
  mode: 'text',
  commitment: COMMITMENT,
  commitment_digest: 'text',
  event: EVENT_VALUE,
  codes: [{ id: 'text', code: 'text' }],
  leaves: [LEAF],
  result: RESULT,
  assignments: [ASSIGNMENT],
  eligibility: ELIGIBILITY,
  substitutions: [SUBSTITUTION],
  voids: [VOID],
  parent: { draw: 'text', result: 'text', bundle: 'text' },
} as const

export type Commitment = Of<typeof COMMITMENT>
export type Stratum = Commitment['strata'][number]
export type Event = Of<typeof EVENT>
export type Leaf = Of<typeof LEAF>
export type Ranked = Of<typeof RANKED>
export type StratumResult = Of<typeof STRATUM_RESULT>
export type ObjectRow = Of<typeof OBJECT_ROW>
export type PersonRow = Of<typeof PERSON_ROW>
export type Exclusion = Of<typeof EXCLUSION>
export type Eligibility = Of<typeof ELIGIBILITY>
export type Seat = Of<typeof SEAT>
export type Assignment = Of<typeof ASSIGNMENT>
export type SubstitutionRequest = Of<typeof REQUEST>
export type Substitution = Of<typeof SUBSTITUTION>
export type Bundle = Of<typeof BUNDLE>

/** Where a parsed file has not the shape of a bundle. */
export function misshapen(value: unknown): string[] {
  const faults: string[] = []
  compare(value, BUNDLE, '', faults)
  return faults
}

function compare(value: unknown, shape: Shape, where: string, faults: string[]): void {
  if (shape === 'text') {
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) faults.push(where)
  } else if (shape === 'number') {
    if (!Number.isSafeInteger(value) || (value as number) < 0) faults.push(where)
  } else if (isList(shape)) {
    if (!Array.isArray(value)) faults.push(where)
    else value.forEach((item, i) => compare(item, shape[0], `${where}[${i}]`, faults))
  } else if (!isRecord(value) || !sameKeys(value, shape)) faults.push(where || 'document')
  else for (const key in shape) compare(value[key], shape[key]!, where ? `${where}.${key}` : key, faults)
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape)
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function sameKeys(value: object, shape: object): boolean {
  const keys = Object.keys(value)
  return keys.length === Object.keys(shape).length && keys.every((key) => Object.hasOwn(shape, key))
}
