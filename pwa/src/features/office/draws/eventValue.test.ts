import { describe, expect, it } from 'vitest'

import { isEventValue, readEventValue } from './eventValue'

describe('readEventValue', () => {
  it('takes the digits of dice out of groups', () => {
    expect(readEventValue('dice', '01234 56789-01234')).toBe('012345678901234')
  })

  it('accepts Chinese marks between lottery numbers', () => {
    expect(readEventValue('lottery', '01， 07,12，25,33＋04')).toBe('01,07,12,25,33+04')
  })
})

describe('isEventValue', () => {
  it.each([
    ['dice', '0'.repeat(20), true],
    ['dice', '0'.repeat(19), false],
    ['lottery', '01,07,12,25,33+04', true],
    ['lottery', '07,01,12,25,33', false],
    ['lottery', '01,07,12,25', false],
    ['beacon', 'a'.repeat(64), true],
    ['beacon', 'a'.repeat(96), false],
    ['beacon', 'A'.repeat(64), false],
  ] as const)('%s %s is %s', (type, value, expected) => {
    expect(isEventValue(type, value)).toBe(expected)
  })
})
