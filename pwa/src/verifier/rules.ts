/** The grammar and arithmetic of a draw, twin of backend/draws/rules.py. H is SHA-256 in lower-case hex. */
import { digest } from './canonical'
import type { Bundle, Commitment, Eligibility, Event, PersonRow, Ranked, Stratum, StratumResult } from './documents'
import { type Code, Fault } from './findings'
import { hashAfter, textHash } from './sha256'

export const VERSION = 'dsj1'
export const NAME = /^[A-Za-z0-9._:-]+$/
export const HASH = /^[0-9a-f]{64}$/
export const CUSTODIAN_CODE = /^[A-Za-z0-9._:-]{16,128}$/
const RATIO = /^([1-9][0-9]{0,8})\/([1-9][0-9]{0,8})$/
const REGION = /^[0-9]{6}$/
const DUE = /^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){1,2}(Z|[+-][0-9]{2}:[0-9]{2})$/
const EVENT_VALUES: Readonly<Record<string, RegExp>> = {
  dice: /^[0-9]{20,128}$/,
  lottery: /^[0-9]{2}(,[0-9]{2}){4,}(\+[0-9]{2}(,[0-9]{2})*)?$/,
  beacon: /^[0-9a-f]{64}([0-9a-f]{64})?$/,
}
const NO_TREE = { root: '', n: 0 }
export const NO_PARENT = { draw: '', result: '', bundle: '' }
export const NO_EVENT: Event = { type: '', id: '', due: '' }
export const NO_ELIGIBILITY: Eligibility = { v: VERSION, objects: [], inspectors: [], experts: [] }

/** A place in a document with the code of what is wrong there. */
export type Fallacy = readonly [code: Code, where: string]

export const ascending = (names: readonly string[]): boolean => names.every((name, i) => !i || names[i - 1]! < name)
export const leafOf = (salt: string, stratum: string, object: string): string =>
  textHash(`dsj1|leaf|${salt}|${stratum}|${object}`)
export const ticketOf = (seed: string, stratum: string, object: string): string => textHash(`${seed}|${stratum}|${object}`)
export const inspectorLeaf = (row: PersonRow): string => textHash(`dsj1|inspector|${row.id}|${row.load}|${row.holds.join(',')}`)

export function isRatio(text: string): boolean {
  const match = RATIO.exec(text)
  return match !== null && Number(match[1]) <= Number(match[2])
}

/** ceil(n x p/q) in integers, of a ratio that isRatio accepts. */
export function quota(n: number, ratio: string): number {
  const [p = 0n, q = 1n] = ratio.split('/').map(BigInt)
  return Number((BigInt(n) * p + q - 1n) / q)
}

export function seedOf(commitmentDigest: string, eventValue: string, codes: Bundle['codes']): string {
  const revealed = [...codes].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)).map(({ code }) => code)
  return textHash(['dsj1', 'seed', commitmentDigest, eventValue, ...revealed].join('|'))
}

/** Accepts the event's value in its canonical text only. Throws Fault event_type or event_value. */
export function checkEventValue(type: string, value: string): void {
  const pattern = Object.hasOwn(EVENT_VALUES, type) ? EVENT_VALUES[type] : undefined
  if (!pattern) throw new Fault('event_type')
  const groups = type === 'lottery' ? value.split('+') : []
  if (!pattern.test(value) || !groups.every((group) => ascending(group.split(',')))) throw new Fault('event_value')
}

export function eventFaults(event: Event, where: string): Fallacy[] {
  const faults: Fallacy[] = []
  if (!Object.hasOwn(EVENT_VALUES, event.type)) faults.push(['event_type', `${where}.type`])
  if (!event.id) faults.push(['empty', `${where}.id`])
  if (!DUE.test(event.due)) faults.push(['event_due', `${where}.due`])
  return faults
}

/** Every rule that the commitment breaks by itself; whether k fits the ratio is judged with the result. */
export function commitmentFaults(c: Commitment): Fallacy[] {
  const inspectors = c.kind === 'inspectors'
  const noRoster = c.roster.root === NO_TREE.root && c.roster.n === NO_TREE.n
  const checks: [boolean, Code, string][] = [
    [c.v === VERSION, 'version', 'v'],
    [NAME.test(c.draw), 'name', 'draw'],
    [c.attempt >= 1, 'number', 'attempt'],
    [c.task !== '', 'empty', 'task'],
    [c.plan.id !== '', 'empty', 'plan.id'],
    [c.plan.version >= 1, 'number', 'plan.version'],
    [HASH.test(c.plan.digest), 'hash', 'plan.digest'],
    [inspectors || c.kind === 'objects', 'kind', 'kind'],
    [REGION.test(c.region), 'region', 'region'],
    [HASH.test(c.pool.root), 'hash', 'pool.root'],
    [HASH.test(c.rules), 'hash', 'rules'],
    [ascending(c.strata.map(({ code }) => code)), 'unsorted', 'strata'],
    [c.strata.length > 0 !== inspectors, 'kind', 'strata'],
    [inspectors ? HASH.test(c.eligibility) : !c.eligibility, 'kind', 'eligibility'],
    [inspectors ? HASH.test(c.parent) : !c.parent, 'kind', 'parent'],
    [inspectors ? HASH.test(c.roster.root) : noRoster, 'kind', 'roster'],
    [inspectors ? c.seats >= 2 : c.seats === 0, 'kind', 'seats'],
    [inspectors ? c.group_size >= 1 : c.group_size === 0, 'kind', 'group_size'],
    [inspectors || c.experts === 0, 'kind', 'experts'],
    [c.custodians.length > 0, 'custodians', 'custodians'],
    [ascending(c.custodians.map(({ id }) => id)), 'unsorted', 'custodians'],
  ]
  c.strata.forEach((row, i) => {
    checks.push([NAME.test(row.code), 'name', `strata[${i}].code`], [isRatio(row.ratio), 'ratio_form', `strata[${i}].ratio`])
  })
  c.custodians.forEach((row, i) => {
    checks.push([NAME.test(row.id), 'name', `custodians[${i}].id`], [HASH.test(row.code_hash), 'hash', `custodians[${i}].code_hash`])
  })
  if (!inspectors) {
    const sum = c.strata.reduce((n, row) => n + row.n, 0)
    checks.push([sum === c.pool.n, 'stratum_n', 'strata'])
  }
  const faults = checks.filter(([holds]) => !holds).map(([, code, where]): Fallacy => [code, `commitment.${where}`])
  return [...faults, ...eventFaults(c.event, 'commitment.event')]
}

/** In each stratum the k lowest tickets and the next reserves. `pool` has the object ids of each stratum. */
export function* drawObjects(
  strata: readonly Stratum[],
  pool: ReadonlyMap<string, readonly string[]>,
  seed: string,
): Generator<void, StratumResult[]> {
  const results: StratumResult[] = []
  for (const { code, k, reserves } of strata) {
    const ticket = hashAfter(`${seed}|${code}|`)
    const lot: string[] = []
    for (const id of pool.get(code) ?? []) {
      lot.push(ticket(id) + id)
      if (lot.length % 5000 === 0) yield
    }
    // All tickets are of one length, so this is the order by (ticket, id).
    lot.sort()
    const ranked = lot
      .slice(0, k + reserves)
      .map((text, i): Ranked => ({ rank: i + 1, id: text.slice(64), ticket: text.slice(0, 64) }))
    results.push({ code, drawn: ranked.slice(0, k), reserves: ranked.slice(k) })
    yield
  }
  return results
}

export function resultDigest(result: Bundle['result']): string {
  return digest(Object.fromEntries(Object.entries(result).filter(([key]) => key !== 'digest')))
}

/** What may be shown before an unannounced visit; an inspector draw shows no leaves. */
export function sealBundle(bundle: Bundle): Bundle {
  const shown = bundle.commitment.kind === 'inspectors' ? [] : bundle.leaves
  return {
    ...bundle,
    mode: 'sealed',
    codes: [],
    leaves: shown.map((leaf) => ({ ...leaf, id: '', salt: '' })),
    result: { ...bundle.result, seed: '', strata: [], assignments: '' },
    assignments: [],
    eligibility: NO_ELIGIBILITY,
    substitutions: [],
  }
}

/** How an inspector draw's bundle names the object draw that it staffs: as it was before any substitution. */
export const parentRef = (bundle: Bundle): Bundle['parent'] => ({
  draw: bundle.commitment.draw,
  result: bundle.result.digest,
  bundle: digest({ ...bundle, substitutions: [] }),
})
