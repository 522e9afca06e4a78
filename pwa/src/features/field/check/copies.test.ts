// @vitest-environment happy-dom
import { createApp, nextTick, ref, shallowReactive, shallowRef, type App } from 'vue'
import { createI18n } from 'vue-i18n'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { ChecklistDocument, CheckPoint } from '../../../engine/checklist'
import type { Recorder } from '../recorder'
import { useLabels } from './cards'
import { shapeOf, useCopies } from './copies'
import { CARDS, type PointState } from './points'
import { point, state } from './points.sample'
import SectionShow from './SectionShow.vue'
import { useWords } from '../words'

vi.mock('../photos/PhotosForm.vue', () => ({ default: { template: '' } }))

const CODES = ['Q01', 'Q01.1', 'Q01.10', 'pass', '1']

let app: App
let states: Map<string, PointState>
let set: ReturnType<typeof vi.fn>
let near: (groups: Element[]) => void

const card = (code: string): HTMLElement => document.getElementById(`point-${code}`)!
const groups = (): Element[] => [...document.querySelectorAll('.group')]
const isCopy = (code: string): boolean => card(code).dataset.copy !== undefined
const textOf = (code: string): string => card(code).outerHTML.replace(/ data-copy="[^"]*"/, '')

/** A section whose first card is drawn at once and the others, as the page does it, afterwards. */
async function show(points: readonly CheckPoint[], of: (code: string) => PointState = () => state()): Promise<void> {
  states = shallowReactive(new Map(points.map(({ code }) => [code, of(code)])))
  set = vi.fn(async () => true)
  const shown = ref(1)
  const Page = {
    components: { SectionShow },
    setup() {
      const words = useWords()
      const recorder = { set } as unknown as Recorder
      const document = (): ChecklistDocument => ({ parties: [] }) as unknown as ChecklistDocument
      app.provide(CARDS, { states, document, recorder, place: shallowRef({} as never), words, labels: useLabels(words), copies: useCopies() })
      return { item: { code: 'Q', name: '项', legal_basis: '', points: points.map(({ code }) => code) }, points, shown }
    },
    template: '<SectionShow :item="item" :points="points" :shown="shown" :answered="0" :total="0" :missing="0" />',
  }
  app = createApp(Page).use(createI18n({ legacy: false, locale: 'zh', missingWarn: false, fallbackWarn: false, messages: { zh: {} } }))
  app.mount(document.body.appendChild(document.createElement('div')))
  shown.value = points.length
  await nextTick()
}

beforeEach(() => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(seen: (entries: { isIntersecting: boolean; target: Element }[]) => void) {
        near = (groups) => seen(groups.map((target) => ({ isIntersecting: true, target })))
      }
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  )
})
afterEach(() => {
  app.unmount()
  document.body.replaceChildren()
})

describe('a copy', () => {
  it('is what it will be alive, to the letter', async () => {
    await show(CODES.map((code) => point(code)))
    expect(CODES.map(isCopy)).toEqual([false, true, true, true, true])
    const before = CODES.map(textOf)
    near(groups())
    await nextTick()
    expect(CODES.map(isCopy)).not.toContain(true)
    expect(CODES.map(textOf)).toEqual(before)
  })

  it('answers to the first tap, once, as itself', async () => {
    await show(CODES.map((code) => point(code)))
    card('Q01.1').querySelector<HTMLElement>('.fail')!.click()
    await vi.waitFor(() => expect(set).toHaveBeenCalled())
    expect(set.mock.calls).toEqual([['ans/Q01.1', { r: 'fail', why: '' }]])
    expect([isCopy('Q01.1'), isCopy('1')]).toEqual([false, true])
  })

  it.each([['1', null], ['pass', '.na']] as const)('keeps the focus when it comes alive: %s %s', async (code, place) => {
    await show(CODES.map((each) => point(each)))
    const held = (): HTMLElement => (place ? card(code).querySelector<HTMLElement>(place)! : card(code))
    held().focus()
    near(groups())
    await vi.waitFor(() => expect(isCopy(code)).toBe(false))
    await vi.waitFor(() => expect(document.activeElement).toBe(held()))
  })

  it('comes alive at once where its group is near already', async () => {
    const codes = Array.from({ length: 12 }, (_, index) => `Q.${index}`)
    await show(codes.map((code) => point(code)))
    near(groups().slice(0, 1))
    await nextTick()
    states.delete('Q.3')
    await nextTick()
    states.set('Q.3', state())
    await vi.waitFor(() => expect(isCopy('Q.3')).toBe(false))
    expect(codes.filter(isCopy)).toEqual(codes.slice(8))
  })

  it('comes alive when somebody else answers, or the record closes', async () => {
    await show(CODES.map((code) => point(code)), (code) => state({ locked: code === 'Q01.1' }))
    expect([isCopy('Q01.1'), isCopy('Q01.10'), isCopy('1')]).toEqual([false, true, true])
    states.set('Q01.10', state({ value: { r: 'pass' }, missing: [] }))
    states.set('1', state({ locked: true }))
    await vi.waitFor(() => expect([isCopy('Q01.10'), isCopy('1'), isCopy('pass')]).toEqual([false, false, true]))
    expect(card('Q01.10').querySelector('.pass')!.getAttribute('aria-pressed')).toBe('true')
    expect(card('1').querySelector('.pass')!.hasAttribute('disabled')).toBe(true)
  })
})

describe('shapeOf', () => {
  const plain = { point: point('1'), title: '', state: state() }

  it.each<[string, Partial<CheckPoint>, Partial<PointState>]>([
    ['a figure', { answer: { type: 'number', unit: '', decimals: 0 } }, {}],
    ['an answer', {}, { value: { r: 'pass' }, missing: [] }],
    ['a photo to take', { photo: { min: 1 } }, {}],
    ['a comment without a word', {}, { comment: '' }],
    ['what was found before', {}, { earlier: { on: '2026-01-01', value: { r: 'pass' } } }],
    ['a conflict', {}, { answers: [] }],
    ['a conflict of notes', {}, { notes: [] }],
    ['a note', {}, { note: '见' }],
    ['photos', {}, { photos: { 'photo/1/x': {} } }],
  ])('%s is drawn alive', (_, ofPoint, ofState) =>
    expect(shapeOf({ ...plain, point: point('1', ofPoint), state: state(ofState) })).toBe(''))

  it('tells apart what looks different', () => {
    const shapes = [
      shapeOf(plain),
      shapeOf({ ...plain, point: point('1', { required: false }), state: state({ missing: [] }) }),
      shapeOf({ ...plain, point: point('1', { guidance: '' }) }),
      shapeOf({ ...plain, state: state({ locked: true }) }),
    ]
    expect(new Set(shapes).size).toBe(4)
    expect(shapeOf({ ...plain, point: point('2') })).toBe(shapes[0])
  })
})
