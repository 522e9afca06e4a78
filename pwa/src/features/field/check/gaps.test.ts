import { describe, expect, it } from 'vitest'

import type { Missing } from '../../../engine/checklist'
import { gapAfter, gapsOf } from './gaps'

const CODES = ['1', '2', '3', '4', '10']
const lack = (point: string, kind: Missing['kind'] = 'answer'): Missing => ({ point, item: 'Q', kind })

describe('gapsOf', () => {
  it('are places in the order of the page, each once, and what has no point stands first', () =>
    expect(gapsOf([lack('10'), lack('2'), lack('2', 'photo')], ['ans/3', 'remark', 'note/2'], CODES)).toEqual(['remark', '2', '3', '10']))
})

describe('gapAfter', () => {
  const gaps = ['remark', '2', '10']

  it.each<[string, Parameters<typeof gapAfter>[2], string]>([
    ['before anything was done', null, 'remark'],
    ['behind an answered point', { point: '1', itself: false }, '2'],
    ['behind a gap', { point: '2', itself: false }, '10'],
    ['at a gap that is only in sight', { point: '2', itself: true }, '2'],
    ['behind the last', { point: '10', itself: false }, 'remark'],
    ['behind a gap without a point', { point: 'remark', itself: false }, '2'],
  ])('%s', (_, from, next) => expect(gapAfter(gaps, CODES, from)).toBe(next))

  it('is none where nothing is missing', () => expect(gapAfter([], CODES, null)).toBeUndefined())
})
