import { describe, expect, it } from 'vitest'

import { readNumber } from '../check/answers/number'
import { fit } from '../photos/pictures'
import { daysUntil, sectionOf, urgencyOf } from './tasks'

const TODAY = '2026-11-21'

describe('urgencyOf', () => {
  it.each([
    ['2026-11-20', 'overdue'],
    ['2026-11-21', 'soon'],
    ['2026-11-24', 'soon'],
    ['2026-11-25', 'later'],
  ])('%s is %s', (due, urgency) => expect(urgencyOf(due, TODAY)).toBe(urgency))

  it('counts calendar days over the end of a year', () => expect(daysUntil('2027-01-02', '2026-12-30')).toBe(3))
})

describe('sectionOf', () => {
  it.each([
    ['returned', '2026-11-01', 'returned'],
    ['on_site', '2026-11-01', 'overdue'],
    ['assigned', '2026-11-22', 'soon'],
    ['on_site', '2026-12-22', 'started'],
    ['assigned', '2026-12-22', 'later'],
    ['sealed', '2026-12-22', 'started'],
    ['submitted', '2026-11-01', 'sent'],
    ['published', '2026-11-01', 'sent'],
  ] as const)('%s due %s stands under %s', (phase, due, section) => expect(sectionOf(phase, due, TODAY)).toBe(section))
})

describe('readNumber', () => {
  it.each([
    ['12.5', 1, '12.5'],
    [' 007,50 ', 2, '7.50'],
    ['１２。５', 1, '12.5'],
    ['-0', 0, '0'],
    ['-3', 0, '-3'],
    ['.5', 1, '0.5'],
    ['5.', 1, '5'],
    ['1.25', 1, null],
    ['1e3', 3, null],
    ['', 1, null],
    ['1234567890123', 0, null],
  ])('%s with %i decimals is %s', (typed, decimals, value) => expect(readNumber(typed, decimals)).toBe(value))
})

describe('fit', () => {
  it('shrinks to the longer side and never enlarges', () => {
    expect(fit(4000, 3000, 1600)).toEqual({ width: 1600, height: 1200 })
    expect(fit(3000, 4000, 1600)).toEqual({ width: 1200, height: 1600 })
    expect(fit(800, 10, 1600)).toEqual({ width: 800, height: 10 })
  })
})
