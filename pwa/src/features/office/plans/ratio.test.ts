import { expect, it } from 'vitest'

import { ratioOf } from './ratio'

it.each([
  ['3%', '3/100'],
  ['0.5 %', '1/200'],
  ['100%', '1/1'],
  [' 2/200 ', '2/200'],
  ['5％', '1/20'],
  ['0%', undefined],
  ['101%', undefined],
  ['3', undefined],
  ['', undefined],
])('%j means %s', (text, ratio) => {
  expect(ratioOf(text)).toBe(ratio)
})
