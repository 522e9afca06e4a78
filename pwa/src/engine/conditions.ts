/**
 * The one small rule language of applicability, strata, scope and visibility: evaluation only.
 * Twin of backend/foundation/conditions.py; both run schemas/vectors/conditions.json.
 */

export type Condition =
  | null
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { fact: string; in: string[] }
  | { fact: string; has: string }
  | { fact: string; has_any: string[] }
  | { fact: string; on_or_before: string }
  | { fact: string; on_or_after: string }
  | { answer: string; is: string[] }
  | { answer: string; number: Limits }

export interface Limits {
  min?: string
  max?: string
}

export type Facts = Readonly<Record<string, unknown>>
/** Point code to answer value, e.g. {r: "pass"} or {n: "12.5"}; absent, null or undefined = unanswered. */
export type Answers = Readonly<Record<string, unknown>>

const DECIMAL = /^-?[0-9]{1,12}(\.[0-9]{1,6})?$/
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/

/** Tells whether value is a decimal number as text: at most 12 digits before and 6 after the point. */
export function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && DECIMAL.test(value)
}

/** Tells whether value is a day of the calendar (years 1 to 9999) written YYYY-MM-DD. */
export function isDate(value: unknown): value is string {
  const match = typeof value === 'string' ? DATE.exec(value) : null
  if (!match) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return year >= 1 && days !== undefined && day >= 1 && day <= days
}

/** Tells whether a decimal text lies within the limits, both inclusive. */
export function within(number: unknown, limits: Limits): boolean {
  if (!isDecimal(number)) return false
  const value = millionths(number)
  return (
    (limits.min == null || millionths(limits.min) <= value) &&
    (limits.max == null || value <= millionths(limits.max))
  )
}

/** Floats would call 0.1 + 0.2 above 0.3; whole millionths compare exactly. */
function millionths(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(6, '0'))
}

/** Tells whether the condition holds; a missing fact or answer makes its test false. Throws on what is no rule. */
export function evaluate(condition: Condition, facts: Facts, answers: Answers): boolean {
  if (condition === null) return true
  if ('all' in condition) return condition.all.every((part) => evaluate(part, facts, answers))
  if ('any' in condition) return condition.any.some((part) => evaluate(part, facts, answers))
  if ('not' in condition) return !evaluate(condition.not, facts, answers)
  if ('fact' in condition) return factHolds(condition, facts[condition.fact])
  if ('answer' in condition) return answerHolds(condition, answers[condition.answer])
  throw new Error(`not a rule: ${Object.keys(condition).join()}`)
}

function factHolds(condition: Extract<Condition, { fact: string }>, value: unknown): boolean {
  if ('in' in condition) return typeof value === 'string' && condition.in.includes(value)
  if ('has' in condition) return Array.isArray(value) && value.includes(condition.has)
  if ('has_any' in condition) return Array.isArray(value) && condition.has_any.some((code) => value.includes(code))
  if ('on_or_before' in condition) return isDate(value) && value <= condition.on_or_before
  if ('on_or_after' in condition) return isDate(value) && value >= condition.on_or_after
  throw new Error(`no test of a fact: ${Object.keys(condition).join()}`)
}

function answerHolds(condition: Extract<Condition, { answer: string }>, value: unknown): boolean {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if ('is' in condition) {
    const chosen = Array.isArray(given.m) ? given.m : [given.r, given.c, given.d, given.t]
    return chosen.some((code) => typeof code === 'string' && condition.is.includes(code))
  }
  if ('number' in condition) return within(given.n, condition.number)
  throw new Error(`no test of an answer: ${Object.keys(condition).join()}`)
}
