import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, shallowRef, watchEffect } from 'vue'

import type { CheckPoint } from '../../../engine/checklist'
import type { Inspection } from '../inspection'
import { chosenBy, countsOf } from './filters'
import { restOf, usePointStates, type PointState } from './points'
import { point, state } from './points.sample'

describe('restOf', () => {
  it.each<[string, CheckPoint, PointState, boolean]>([
    ['an unanswered verdict', point('1'), state(), true],
    ['an answered one', point('1'), state({ value: { r: 'fail' } }), false],
    ['one that is locked', point('1'), state({ locked: true }), false],
    ['one in conflict', point('1'), state({ answers: [] }), false],
    ['a figure', point('1', { answer: { type: 'number', unit: '', decimals: 0 } }), state(), false],
    ['one with a photo whatever the answer', point('1', { photo: { min: 1 } }), state(), false],
    ['one with a photo of a pass', point('1', { photo: { min: 1, on: ['pass'] } }), state(), false],
    ['one with a photo of a fail', point('1', { photo: { min: 1, on: ['fail'] } }), state(), true],
    ['one with a note on a pass', point('1', { note_on: ['pass'] }), state(), false],
  ])('%s: %#', (_, each, at, taken) => expect(restOf([each], new Map([['1', at]]))).toHaveLength(taken ? 1 : 0))

  it('leaves out what does not show', () => expect(restOf([point('1')], new Map())).toEqual([]))
})

describe('filters', () => {
  const states = new Map([
    ['1', state()],
    ['2', state({ missing: [], fails: true, value: { r: 'fail' }, comment: '', changed: true })],
    ['3', state({ missing: ['photo'], value: { r: 'fail' }, fails: true, comment: '重拍', changed: true })],
    ['4', state({ missing: [], value: { r: 'pass' } })],
  ])

  it('show what they say', () => {
    expect([...chosenBy('open', states)]).toEqual(['1', '3'])
    expect([...chosenBy('failed', states)]).toEqual(['2', '3'])
    expect([...chosenBy('photo', states)]).toEqual(['3'])
    expect([...chosenBy('returned', states)]).toEqual(['2', '3'])
  })

  it('count a returned point as reworked only when it lacks nothing', () =>
    expect(countsOf(states)).toMatchObject({ all: 4, open: 2, returned: 2, reworked: 1 }))
})

describe('usePointStates', () => {
  const inspection = (values: Record<string, unknown>): Inspection =>
    ({
      document: { points: [point('1'), point('2')] },
      values,
      before: {},
      conflicts: new Map(),
      shown: new Set(['1', '2']),
      status: { missing: [], fails: [] },
      state: { returned: null, sheet: { items: new Map() } },
      open: true,
      packet: { history: [{ checked_on: '2025-06-01', answers: { 2: { r: 'fail' } } }] },
    }) as unknown as Inspection

  it('wakes the card that was answered, and no other', async () => {
    const now = shallowRef(inspection({}))
    const woken: string[] = []
    const scope = effectScope()
    scope.run(() => {
      const { states, codes } = usePointStates(() => now.value)
      for (const code of ['1', '2']) watchEffect(() => woken.push(`${code} ${states.get(code)?.value?.r ?? '—'}`))
      watchEffect(() => woken.push(`codes ${codes.value.join()}`))
      expect(states.get('2')?.earlier).toEqual({ on: '2025-06-01', value: { r: 'fail' } })
    })
    expect(woken).toEqual(['1 —', '2 —', 'codes 1,2'])
    now.value = inspection({ 'ans/2': { r: 'pass' } })
    await nextTick()
    expect(woken.slice(3)).toEqual(['2 pass'])
    scope.stop()
  })
})
