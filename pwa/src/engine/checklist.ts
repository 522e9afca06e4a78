/**
 * The checklist engine: which points show, what is missing, what resulted. Pure.
 * Twin of backend/checklists/rules.py; both run schemas/vectors/checklists.json.
 */
import { evaluate, isDate, isDecimal, within, type Answers, type Condition } from './conditions'

export type ResultCode = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8'
export type ObjectState = 'closed' | 'deregistered' | 'revoked' | 'moved'
export type OutcomeCode = 'normal' | 'unreachable' | 'refused' | 'no_business' | ObjectState
export type VerdictCode = 'pass' | 'fail' | 'na' | 'unchecked'

export interface AnswerOption {
  code: string
  label: string
  label_en: string
}

export type AnswerSpec =
  | { type: 'verdict' }
  | { type: 'number'; unit: string; min?: string; max?: string; decimals: number }
  | { type: 'text'; max_length: number }
  | { type: 'choice'; options: AnswerOption[] }
  | { type: 'multi'; options: AnswerOption[] }
  | { type: 'date' }

export interface CheckPoint {
  code: string
  item: string
  title: string
  title_en: string
  guidance: string
  answer: AnswerSpec
  required: boolean
  visible_when: Condition
  photo: { min: number; on?: string[] }
  note_on: string[] | null
  results: Record<string, ResultCode> | null
  shared_key: string | null
  phrases: string[]
}

export interface ChecklistItem {
  code: string
  version: number
  name: string
  name_en: string
  category: string
  legal_basis: string
  method: string
  points: string[]
}

export interface ChecklistParty {
  person: string
  name: string
  role: 'lead' | 'member'
  certificate: string
}

export interface ChecklistDocument {
  v: 1
  inspection: string
  task: { code: string; name: string }
  /** Where one visit serves several tasks: which items each of them asked for. */
  tasks?: { id: string; code: string; name: string; items: string[] }[]
  object: {
    code: string
    name: string
    kind: string
    address: string
    region: string
    region_name: string
    registered_on: string
    tags: string[]
    licences: string[]
    risk: string | null
  }
  items: ChecklistItem[]
  points: CheckPoint[]
  parties: ChecklistParty[]
}

/** Register name to effective value, e.g. "ans/Q01.1" to {r: "pass"}. */
export type Registers = Readonly<Record<string, unknown>>

export type AnswerValue = { r?: string; why?: string; n?: string; t?: string; c?: string; m?: string[]; d?: string }

export type AnswerProblem = 'type' | 'unknown_option' | 'blank' | 'too_long' | 'number' | 'decimals' | 'date'

export interface Missing {
  point: string
  item: string | null
  kind: 'answer' | 'note' | 'photo' | 'why'
}

export interface ItemCounts {
  answered: number
  total: number
  missing: number
  fails: number
}

export interface Status {
  answered: number
  total: number
  percent: number
  missing: Missing[]
  fails: { point: string; item: string; result: ResultCode }[]
  items: Record<string, ItemCounts>
}

export interface Results {
  items: Record<string, ResultCode>
  object: ResultCode | null
  state: ObjectState | null
  problems: { item: string; point: string; text: string; note: string }[]
}

const WORST_FIRST: ResultCode[] = ['6', '3', '8', '5', '2', '4', '7', '1']
const NO_PROBLEM: ResultCode[] = ['1', '7']
const RESULT_OF_OUTCOME = { unreachable: '4', refused: '6', no_business: '7' } as const
const STATES: readonly string[] = ['closed', 'deregistered', 'revoked', 'moved']
const PROOF_BY_PHOTO = ['unreachable', 'closed', 'refused']
const VERDICTS = ['pass', 'fail', 'na', 'unchecked']
const KEY_OF_TYPE = { verdict: 'r', number: 'n', text: 't', choice: 'c', multi: 'm', date: 'd' } as const
const MAX_WHY = 500

/** The answers among the registers by point code, without cleared ones. */
export function answersOf(registers: Registers): Record<string, unknown> {
  const answers: Record<string, unknown> = {}
  for (const reg in registers) {
    if (reg.startsWith('ans/') && registers[reg] != null) answers[reg.slice(4)] = registers[reg]
  }
  return answers
}

/**
 * Why the value can't be the point's answer, or null. null as value clears the answer. A number outside its limits
 * is a finding, not an error; a missing reason of na and unchecked is reported by `status`.
 */
export function validateAnswer(point: Pick<CheckPoint, 'answer'>, value: unknown): AnswerProblem | null {
  if (value == null) return null
  const answer = point.answer
  const key = KEY_OF_TYPE[answer.type]
  if (typeof value !== 'object' || !(key in value)) return 'type'
  if (Object.keys(value).some((k) => k !== key && !(k === 'why' && answer.type === 'verdict'))) return 'type'
  const given: unknown = (value as Record<string, unknown>)[key]
  if (answer.type === 'multi') return multiProblem(optionCodes(answer), given)
  const why: unknown = 'why' in value ? value.why : ''
  if (typeof given !== 'string' || typeof why !== 'string') return 'type'
  switch (answer.type) {
    case 'verdict':
      if (!VERDICTS.includes(given)) return 'unknown_option'
      return characters(why) > MAX_WHY ? 'too_long' : null
    case 'choice':
      return optionCodes(answer).includes(given) ? null : 'unknown_option'
    case 'date':
      return isDate(given) ? null : 'date'
    case 'number':
      if (!isDecimal(given)) return 'number'
      return (given.split('.')[1] ?? '').length > answer.decimals ? 'decimals' : null
    case 'text':
      if (!said(given)) return 'blank'
      return characters(given) > answer.max_length ? 'too_long' : null
  }
}

function multiProblem(options: string[], given: unknown): AnswerProblem | null {
  if (!Array.isArray(given) || !given.every((code) => typeof code === 'string')) return 'type'
  if (given.length === 0) return 'blank'
  if (new Set(given).size < given.length) return 'type'
  return given.every((code) => options.includes(code)) ? null : 'unknown_option'
}

function optionCodes(answer: { options: AnswerOption[] }): string[] {
  return answer.options.map((option) => option.code)
}

/** Python counts code points, JavaScript UTF-16 units; rare characters of names need two of those. */
function characters(text: string): number {
  return [...text].length
}

function said(text: unknown): text is string {
  return typeof text === 'string' && /[^ \t\r\n\u3000]/.test(text)
}

/**
 * The codes of the points that show. A condition sees only valid answers of earlier points that show themselves,
 * so chains collapse.
 */
export function visible(document: ChecklistDocument, answers: Answers): Set<string> {
  const shown = new Set<string>()
  const counted: Record<string, AnswerValue | null> = {}
  for (const point of document.points) {
    if (evaluate(point.visible_when, document.object as unknown as Record<string, unknown>, counted)) {
      shown.add(point.code)
      counted[point.code] = validAnswer(point, answers)
    }
  }
  return shown
}

function validAnswer(point: CheckPoint, answers: Answers): AnswerValue | null {
  const value = answers[point.code]
  return value != null && validateAnswer(point, value) === null ? value : null
}

/** What a valid answer says as codes; a number passes or fails by its limits. */
function codesOf(point: CheckPoint, value: AnswerValue): string[] {
  switch (point.answer.type) {
    case 'number':
      return [within(value.n, point.answer) ? 'pass' : 'fail']
    case 'multi':
      return value.m ?? []
    case 'verdict':
      return [value.r ?? '']
    case 'choice':
      return [value.c ?? '']
    default:
      return []
  }
}

/** The result of each code of the answer that has one; a fail without a mapping is an 8. */
function findingsOf(point: CheckPoint, value: AnswerValue): Map<string, ResultCode> {
  const mapped: Record<string, ResultCode> = { fail: '8', ...point.results }
  const findings = new Map<string, ResultCode>()
  for (const code of codesOf(point, value)) {
    const result = mapped[code]
    if (result) findings.set(code, result)
  }
  return findings
}

function worst(results: Iterable<ResultCode>): ResultCode | null {
  const found = new Set(results)
  return WORST_FIRST.find((result) => found.has(result)) ?? null
}

function isProblem(result: ResultCode | null): result is ResultCode {
  return result !== null && !NO_PROBLEM.includes(result)
}

function* shownPoints(document: ChecklistDocument, registers: Registers): Generator<[CheckPoint, AnswerValue | null]> {
  const answers = answersOf(registers)
  const shown = visible(document, answers)
  for (const point of document.points) {
    if (shown.has(point.code)) yield [point, validAnswer(point, answers)]
  }
}

function outcomeOf(registers: Registers): { code: OutcomeCode; why?: unknown } {
  return (registers.outcome as { code: OutcomeCode } | null | undefined) ?? { code: 'normal' }
}

function photoCounts(registers: Registers): Map<string, number> {
  const counts = new Map<string, number>()
  for (const reg in registers) {
    if (!reg.startsWith('photo/')) continue
    const photo = registers[reg] as object | null
    // A copy that was drawn on (`of`) shows nothing that its photograph does not.
    if (!photo || 'of' in photo) continue
    const point = reg.split('/')[1] ?? ''
    counts.set(point, (counts.get(point) ?? 0) + 1)
  }
  return counts
}

/**
 * Progress and what is missing; the sheet is complete when missing is empty. answered and total count required points
 * that show; a shared point counts in each item that lists it. Where the visit came to nothing (outcome) only its
 * reason and proof are asked.
 */
export function status(document: ChecklistDocument, registers: Registers): Status {
  const photos = photoCounts(registers)
  const outcome = outcomeOf(registers)
  const missing: Missing[] = []
  const fails: Status['fails'] = []
  const required = new Map<string, boolean>()
  if (outcome.code !== 'normal') {
    if (!said(outcome.why) && !said(registers.remark)) missing.push({ point: 'outcome', item: null, kind: 'why' })
    if (PROOF_BY_PHOTO.includes(outcome.code) && !photos.get('outcome')) {
      missing.push({ point: 'outcome', item: null, kind: 'photo' })
    }
  } else {
    for (const [point, value] of shownPoints(document, registers)) {
      const name = { point: point.code, item: point.item }
      if (point.required) required.set(point.code, value !== null)
      for (const kind of lacks(point, value, registers, photos)) missing.push({ ...name, kind })
      const result = value && worst(findingsOf(point, value).values())
      if (isProblem(result)) fails.push({ ...name, result })
    }
  }
  // Sought once for each item; going through all that is missing for each of them is slow where hardly anything is answered.
  const lacking = tally(missing)
  const failing = tally(fails)
  const sum = (codes: string[], of: (code: string) => number): number => codes.reduce((total, code) => total + of(code), 0)
  const count = (codes: string[]): ItemCounts => ({
    answered: codes.filter((code) => required.get(code)).length,
    total: codes.filter((code) => required.has(code)).length,
    missing: sum(codes, (code) => lacking.get(code) ?? 0),
    fails: sum(codes, (code) => failing.get(code) ?? 0)
  })
  const { answered, total } = count([...required.keys()])
  return {
    answered,
    total,
    percent: total ? Math.floor((100 * answered) / total) : missing.length ? 0 : 100,
    missing,
    fails,
    items: Object.fromEntries(document.items.map((item) => [item.code, count(item.points)]))
  }
}

function tally(entries: readonly { point: string }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { point } of entries) counts.set(point, (counts.get(point) ?? 0) + 1)
  return counts
}

function lacks(
  point: CheckPoint,
  value: AnswerValue | null,
  registers: Registers,
  photos: Map<string, number>
): Missing['kind'][] {
  if (value === null) return point.required ? ['answer'] : []
  if (value.r === 'na' || value.r === 'unchecked') return said(value.why) ? [] : ['why']
  const codes = codesOf(point, value)
  const meets = (wanted: string[]): boolean => codes.some((code) => wanted.includes(code))
  const found: Missing['kind'][] = []
  if (meets(point.note_on ?? []) && !said(registers[`note/${point.code}`])) found.push('note')
  const asked = point.photo.on == null || meets(point.photo.on)
  if (asked && (photos.get(point.code) ?? 0) < point.photo.min) found.push('photo')
  return found
}

/** The 抽查结果 codes 1-8 that follow from the registers, and the problems found in words. */
export function results(document: ChecklistDocument, registers: Registers): Results {
  const outcome = outcomeOf(registers).code
  if (STATES.includes(outcome)) return { items: {}, object: null, state: outcome as ObjectState, problems: [] }
  if (outcome !== 'normal') {
    const result = RESULT_OF_OUTCOME[outcome as keyof typeof RESULT_OF_OUTCOME]
    const items = Object.fromEntries(document.items.map((item) => [item.code, result]))
    return { items, object: result, state: null, problems: [] }
  }
  const found = new Map<string, ResultCode>()
  const problems: Results['problems'] = []
  for (const [point, value] of shownPoints(document, registers)) {
    if (value === null) continue
    const findings = findingsOf(point, value)
    const result = worst(findings.values())
    if (result === null) continue
    found.set(point.code, result)
    if (!isProblem(result)) continue
    const codes = [...findings].filter(([, each]) => isProblem(each)).map(([code]) => code)
    const note = registers[`note/${point.code}`]
    problems.push({
      item: point.item,
      point: point.code,
      text: problemText(point, value, codes),
      note: typeof note === 'string' ? note : ''
    })
  }
  const items: Results['items'] = {}
  for (const item of document.items) items[item.code] = itemResult(item, found, registers)
  return { items, object: worst(Object.values(items)), state: null, problems }
}

function itemResult(item: ChecklistItem, found: Map<string, ResultCode>, registers: Registers): ResultCode {
  const result = worst(item.points.flatMap((code) => found.get(code) ?? [])) ?? '1'
  const chosen = registers[`result/${item.code}`]
  // Whether a problem was mended on the spot is the inspector's to say; what kind of problem it is, is not.
  return (result === '5' || result === '8') && (chosen === '5' || chosen === '8') ? chosen : result
}

/** The limits of a number as people write them: "5～55", "≤ 55", "≥ 5"; empty where there are none. */
export function sayLimits({ min, max }: { min?: string; max?: string }): string {
  if (min != null && max != null) return `${min}～${max}`
  return min != null ? `≥ ${min}` : max != null ? `≤ ${max}` : ''
}

function problemText(point: CheckPoint, value: AnswerValue, codes: string[]): string {
  const answer = point.answer
  if (answer.type === 'number') {
    return `${point.title}：${value.n} ${answer.unit}，超出限值（${sayLimits(answer)}）`
  }
  if (answer.type === 'verdict') return `${point.title}：不合格`
  const options = 'options' in answer ? answer.options : []
  const labels = options.filter((option) => codes.includes(option.code)).map((option) => option.label)
  return `${point.title}：${labels.join('、')}`
}
