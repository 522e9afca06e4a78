/** Forms of the directories: what was changed, and the check points of an item while they are written. */
import { verdictWords } from '../../../contracts/vocabulary'
import type { AnswerSpec } from '../../../engine/checklist'
import type { Fact } from '../conditions/editing'
import type { CheckPoint, Item, ItemIn } from './registry'
import type { Choice } from './usePlaces'

/** Those of some fields in which the edited entry differs from what was read. */
export function changed<T extends object, K extends keyof T>(known: T, edited: Pick<T, K>, fields: readonly K[]): Partial<T> {
  const differing = fields.filter((field) => JSON.stringify(known[field]) !== JSON.stringify(edited[field]))
  return Object.fromEntries(differing.map((field) => [field, edited[field]])) as object
}

/** All of a row but some fields. */
export function without<T extends object, K extends keyof T>(row: T, ...names: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name as K))) as Omit<T, K>
}

/** A check point in the form; `id` keeps its place there while codes are typed and points are moved. */
export interface EditedPoint extends CheckPoint {
  id: number
}

export interface EditedItem extends Omit<ItemIn, 'points'> {
  points: EditedPoint[]
}

let points = 0
const edited = (point: CheckPoint): EditedPoint => ({ ...structuredClone(point), id: (points += 1) })

export const emptyItem = (): EditedItem => ({
  code: '',
  category: '',
  name: '',
  name_en: '',
  sub_item: '',
  content: '',
  legal_basis: '',
  executing_body: '',
  joint_departments: [],
  object_kinds: ['enterprise'],
  method: 'on_site',
  key: false,
  ratio_cap: '5/100',
  frequency_cap: null,
  random_fit: true,
  unfit_reason: '',
  qualifications: [],
  applies: null,
  points: [],
  guidance: {},
  effective_from: '',
})

/** A version as the form takes it up. */
export function editedItem(item: Item): EditedItem {
  const blank = emptyItem()
  const kept = Object.fromEntries(Object.keys(blank).map((name) => [name, item[name as keyof ItemIn]])) as unknown as ItemIn
  return { ...structuredClone(kept), points: item.points.map(edited) }
}

/** The form as it is sent: points numbered in their order, a general item with its cap, a key item without. */
export function itemInput(form: EditedItem): ItemIn {
  return {
    ...form,
    ratio_cap: form.key ? null : form.ratio_cap,
    unfit_reason: form.random_fit ? '' : form.unfit_reason,
    points: form.points.map((point, index) => ({ ...without(point, 'id'), seq: index + 1 })),
  }
}

/** The next point of an item, with a code that no other has. */
export function emptyPoint(item: string, others: CheckPoint[]): EditedPoint {
  const taken = new Set(others.map(({ code }) => code))
  let number = others.length + 1
  while (taken.has(`${item}.${number}`)) number += 1
  return edited({
    code: `${item}.${number}`,
    seq: others.length + 1,
    title: '',
    title_en: '',
    guidance: '',
    answer: { type: 'verdict' },
    required: true,
    visible_when: null,
    photo: { min: 0 },
    note_on: ['fail'],
    results: { fail: '8' },
    shared_key: null,
    phrases: [],
  })
}

export const ANSWER_TYPES = ['verdict', 'number', 'text', 'choice', 'multi', 'date'] as const

export function emptyAnswer(type: AnswerSpec['type']): AnswerSpec {
  const options = ['A', 'B'].map((code) => ({ code, label: '', label_en: '' }))
  switch (type) {
    case 'number':
      return { type, unit: '', decimals: 0 }
    case 'text':
      return { type, max_length: 200 }
    case 'choice':
    case 'multi':
      return { type, options }
    default:
      return { type }
  }
}

/** What an answer can say, where photos, notes and results may hang on it. */
export function answerChoices(answer: AnswerSpec, verdict: (code: string) => string): Choice[] {
  if (answer.type === 'verdict') return Object.keys(verdictWords).map((code) => ({ code, label: verdict(code) }))
  if (answer.type === 'number') return ['pass', 'fail'].map((code) => ({ code, label: verdict(code) }))
  return 'options' in answer ? answer.options.map(({ code, label }) => ({ code, label: label || code })) : []
}

/** Gives a point another type of answer; what hung on answers that it no longer has is dropped. */
export function setAnswer(point: CheckPoint, type: AnswerSpec['type']): void {
  point.answer = emptyAnswer(type)
  keepHangings(point)
}

export function keepHangings(point: CheckPoint): void {
  const known = new Set(answerChoices(point.answer, String).map(({ code }) => code))
  const kept = (codes: string[]): string[] => codes.filter((code) => known.has(code))
  if (point.photo.on) setPhotoOn(point, kept(point.photo.on))
  if (point.note_on) setNoteOn(point, kept(point.note_on))
  if (point.results) setResults(point, Object.fromEntries(Object.entries(point.results).filter(([code]) => known.has(code))))
}

/** Photos on some answers; on none in particular they are asked for always. */
export function setPhotoOn(point: CheckPoint, codes: string[]): void {
  point.photo = { min: point.photo.min, ...(codes.length && { on: codes }) }
}

export const setNoteOn = (point: CheckPoint, codes: string[]): void => void (point.note_on = codes.length ? codes : null)

export function setResults(point: CheckPoint, results: NonNullable<CheckPoint['results']>): void {
  point.results = Object.keys(results).length ? results : null
}

/** Moves one of a list to another place. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from)
  return [...rest.slice(0, to), list[from]!, ...rest.slice(to)]
}

/** A point's answer as a fact that later points may ask for; dates and texts cannot be asked for. */
export function answerFact(point: CheckPoint, verdict: (code: string) => string): Fact[] {
  const { code, title, answer } = point
  const label = `${code} ${title}`
  if (answer.type === 'number') return [{ name: code, label, kind: 'number' }]
  const options = answerChoices(answer, verdict)
  return options.length ? [{ name: code, label, kind: 'answer', options }] : []
}
