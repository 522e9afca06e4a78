import { describe, expect, it } from 'vitest'

import vectors from '../../../../../schemas/vectors/forecast.json'
import type { Condition } from '../../../engine/conditions'
import { looksAt, quotaOf, readRatio, regionLoads, shareOf } from './forecast'
import type { Cell } from './plans'

describe('forecast', () => {
  it.each(vectors.quotas)('gives $k of $n at $ratio $number', ({ n, ratio, number, k }) => {
    expect(quotaOf(n, { ratio, number })).toBe(k)
  })

  it.each(vectors.loads)('spreads visits over regions: $about', ({ cells, quotas, seats, inspectors, loads }) => {
    const rows = cells.map(([stratum, region, n]) => ({ stratum, region, n }) as Cell)
    expect(regionLoads(rows, quotas as unknown as Record<string, number>, seats, inspectors as Record<string, number>)).toEqual(loads)
  })

  it.each(vectors.shares)('$part of $whole at least $least', ({ part, whole, least, enough }) => {
    expect(shareOf(part, whole, least)).toEqual({ part, whole, least, enough })
  })

  it.each(vectors.facts)('$condition asks for $fact: $asked', ({ condition, fact, asked }) => {
    expect(looksAt(condition as Condition, fact)).toBe(asked)
  })

  it.each(['', '1', '0/5', '6/5', '1/0', '５/100'])('takes %j for no ratio', (text) => {
    expect(readRatio(text)).toBeUndefined()
  })
})
