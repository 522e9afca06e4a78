import { expect, test } from 'vitest'

import { pause } from './live'

test('asks every two seconds, and less often the longer nobody answers', () => {
  expect([0, 1, 2, 3, 4, 50].map(pause)).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000])
})
