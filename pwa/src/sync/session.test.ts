import { describe, expect, it } from 'vitest'

import { waitAfter } from './session'

describe('waitAfter', () => {
  it('doubles up to five minutes, and half of it is random', () => {
    expect([1, 2, 3].map((failures) => waitAfter(failures, 1))).toEqual([2000, 4000, 8000])
    expect(waitAfter(1, 0)).toBe(1000)
    expect(waitAfter(50, 1)).toBe(300_000)
  })
})
