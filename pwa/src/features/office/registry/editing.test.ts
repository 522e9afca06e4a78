import { expect, it } from 'vitest'

import { answerChoices, answerFact, changed, editedItem, emptyItem, emptyPoint, itemInput, moved, setAnswer, setNoteOn, setPhotoOn, setResults, without } from './editing'
import type { Item } from './registry'
import { covers } from './usePlaces'

it('sends only what was changed', () => {
  const known = { name: 'a', tags: ['x'], risk: 'A', code: '1' }
  const edited = { ...known, tags: ['x', 'y'], code: '2' }
  expect(changed(known, edited, ['name', 'tags', 'risk'])).toEqual({ tags: ['x', 'y'] })
})

it('numbers points by their place and keeps what only the form needs to itself', () => {
  const form = { ...emptyItem(), code: 'X1', key: true, ratio_cap: '5/100', unfit_reason: 'left over' }
  form.points.push(emptyPoint('X1', form.points))
  form.points.push(emptyPoint('X1', form.points))
  form.points = moved(form.points, 1, 0)
  const sent = itemInput(form)
  expect(sent.points.map(({ code, seq }) => [code, seq])).toEqual([['X1.2', 1], ['X1.1', 2]])
  expect(sent.points[0]).not.toHaveProperty('id')
  expect([sent.ratio_cap, sent.unfit_reason]).toEqual([null, ''])
  expect(emptyPoint('X1', sent.points.slice(0, 1)).code).toBe('X1.3')
})

it('takes up a version and gives it back unchanged, without where and when it stands', () => {
  const version = { ...itemInput({ ...emptyItem(), code: 'X1', points: [emptyPoint('X1', [])] }), version: 2, stage: 'in_force', mine: true }
  const back = itemInput(editedItem(version as unknown as Item))
  expect(back).toEqual(without(version, 'version', 'stage', 'mine'))
})

it.each([[['a', 'b', 'c'], 2, 0, 'cab'], [['a', 'b', 'c'], 0, 2, 'bca'], [['a', 'b', 'c'], 1, 1, 'abc']])('moves %j from %i to %i', (list, from, to, after) => {
  expect(moved(list, from, to).join('')).toBe(after)
})

it('drops what hangs on answers that a point no longer has', () => {
  const point = emptyPoint('X1', [])
  setPhotoOn(point, ['fail', 'na'])
  setResults(point, { fail: '8', na: '1' })
  setNoteOn(point, ['unchecked'])
  setAnswer(point, 'number')
  expect(point.photo).toEqual({ min: 0, on: ['fail'] })
  expect(point.results).toEqual({ fail: '8' })
  expect(point.note_on).toBeNull()
  setAnswer(point, 'date')
  expect(point.photo).toEqual({ min: 0 })
  expect(point.results).toBeNull()
})

it('offers earlier answers to later conditions, except texts and dates', () => {
  const point = emptyPoint('X1', [])
  expect(answerFact(point, String)[0]).toMatchObject({ name: 'X1.1', kind: 'answer' })
  setAnswer(point, 'number')
  expect(answerFact(point, String)[0]?.kind).toBe('number')
  setAnswer(point, 'text')
  expect(answerFact(point, String)).toEqual([])
  setAnswer(point, 'choice')
  expect(answerChoices(point.answer, String).map(({ code }) => code)).toEqual(['A', 'B'])
})

it.each([['130300', '130303', true], ['130303', '130300', false], ['130303', '130304', false], ['130000', '130303', true]])('%s covers %s: %s', (region, other, holds) => {
  expect(covers(region, other)).toBe(holds)
})
