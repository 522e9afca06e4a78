/** A condition as a person edits it: tests and groups of tests, each of which may be turned round. */
import type { Condition } from '../../../engine/conditions'

export type FactKind = 'choice' | 'text' | 'date' | 'list' | 'answer' | 'number'

export interface Option {
  code: string
  label: string
}

/** What can be asked for. `answer` and `number` are earlier check points: their `name` is the point's code. */
export interface Fact {
  name: string
  label: string
  kind: FactKind
  options?: Option[]
}

export type Operator = 'in' | 'has_any' | 'has_all' | 'on_or_before' | 'on_or_after' | 'is' | 'number'

export interface Test {
  kind: 'test'
  not: boolean
  fact: string
  operator: Operator
  /** Codes, texts, one day, or the lower and the upper limit of a number; an empty limit is none. */
  values: string[]
}

export interface Group {
  kind: 'group'
  not: boolean
  mode: 'all' | 'any'
  parts: Part[]
}

export type Part = Test | Group

/** Which tests a kind of fact allows, the usual one first. */
export const OPERATORS: Record<FactKind, Operator[]> = {
  choice: ['in'],
  text: ['in'],
  list: ['has_any', 'has_all'],
  date: ['on_or_before', 'on_or_after'],
  answer: ['is'],
  number: ['number'],
}

export const emptyGroup = (mode: Group['mode'] = 'all'): Group => ({ kind: 'group', not: false, mode, parts: [] })

export function emptyTest(fact: Fact): Test {
  return { kind: 'test', not: false, fact: fact.name, operator: OPERATORS[fact.kind][0]!, values: [] }
}

/** The condition as a group that can be edited; null is the group without tests. */
export function readGroup(condition: Condition): Group {
  const part = condition === null ? emptyGroup() : readPart(condition)
  return part.kind === 'group' && !part.not ? part : { ...emptyGroup(), parts: [part] }
}

function readPart(condition: Exclude<Condition, null>, not = false): Part {
  if ('not' in condition) {
    return condition.not === null ? { ...emptyGroup(), not: !not } : readPart(condition.not, !not)
  }
  if ('all' in condition || 'any' in condition) {
    const mode = 'all' in condition ? 'all' : 'any'
    const inner = 'all' in condition ? condition.all : condition.any
    if (mode === 'all' && !not) {
      const all = allOfOneList(inner)
      if (all) return { kind: 'test', not, fact: all.fact, operator: 'has_all', values: all.values }
    }
    return { kind: 'group', not, mode, parts: inner.flatMap((part) => (part === null ? [] : [readPart(part)])) }
  }
  if ('answer' in condition) {
    return 'is' in condition
      ? { kind: 'test', not, fact: condition.answer, operator: 'is', values: condition.is }
      : { kind: 'test', not, fact: condition.answer, operator: 'number', values: [condition.number.min ?? '', condition.number.max ?? ''] }
  }
  const { fact } = condition
  if ('in' in condition) return { kind: 'test', not, fact, operator: 'in', values: condition.in }
  if ('has' in condition) return { kind: 'test', not, fact, operator: 'has_any', values: [condition.has] }
  if ('has_any' in condition) return { kind: 'test', not, fact, operator: 'has_any', values: condition.has_any }
  if ('on_or_before' in condition) return { kind: 'test', not, fact, operator: 'on_or_before', values: [condition.on_or_before] }
  return { kind: 'test', not, fact, operator: 'on_or_after', values: [condition.on_or_after] }
}

/** Several `has` of one list, which people see as one test. */
function allOfOneList(parts: Condition[]): { fact: string; values: string[] } | null {
  const values: string[] = []
  let fact = ''
  for (const part of parts) {
    if (part === null || !('fact' in part) || !('has' in part) || (fact && part.fact !== fact)) return null
    fact = part.fact
    values.push(part.has)
  }
  return values.length > 1 ? { fact, values } : null
}

/** The condition that a group stands for; groups without tests are left out, and none at all is null. */
export function writeGroup(group: Group): Condition {
  const parts = group.parts.flatMap((part) => {
    const written = part.kind === 'group' ? writeGroup(part) : writeTest(part)
    return written === null ? [] : [written]
  })
  if (!parts.length) return null
  const inner: Condition = parts.length === 1 ? parts[0]! : group.mode === 'all' ? { all: parts } : { any: parts }
  return group.not ? { not: inner } : inner
}

function writeTest(test: Test): Condition {
  const inner = writePlain(test)
  return test.not ? { not: inner } : inner
}

function writePlain({ fact, operator, values }: Test): Condition {
  const [first = '', second = ''] = values
  switch (operator) {
    case 'in':
      return { fact, in: values }
    case 'has_any':
      return values.length === 1 ? { fact, has: first } : { fact, has_any: values }
    case 'has_all':
      return values.length === 1 ? { fact, has: first } : { all: values.map((has) => ({ fact, has })) }
    case 'on_or_before':
      return { fact, on_or_before: first }
    case 'on_or_after':
      return { fact, on_or_after: first }
    case 'is':
      return { answer: fact, is: values }
    case 'number':
      return { answer: fact, number: { ...(first && { min: first }), ...(second && { max: second }) } }
  }
}

/** Whether every test says what it looks for. */
export function isComplete(group: Group): boolean {
  return group.parts.every((part) =>
    part.kind === 'group' ? part.parts.length > 0 && isComplete(part) : part.values.some((value) => value !== ''),
  )
}
