import { expect, it } from 'vitest'

import type { DrawnRow } from './draws'
import { together } from './substitutions'

const row = (object_code: string, seats: string[], changes: Partial<DrawnRow> = {}): DrawnRow =>
  ({ object_code, seats: seats.map((inspector_code) => ({ inspector_code })), left: false, visited: false, ...changes }) as DrawnRow

it('takes the whole group along, without what is visited, has left, or has somebody else already', () => {
  const rows = [
    row('a', ['P', 'Q']),
    row('b', ['P', 'Q']),
    row('c', ['R', 'Q']),
    row('d', ['P', 'Q'], { visited: true }),
    row('e', ['P', 'Q'], { left: true }),
    row('f', ['P', 'Q']),
  ]
  const group = ['b', 'c', 'd', 'e'].map((code) => ({ code, name: code }))
  expect(together(rows[0]!, group, rows, 'P').map(({ object_code }) => object_code)).toEqual(['a', 'b'])
  expect(together(rows[0]!, [], rows, 'P').map(({ object_code }) => object_code)).toEqual(['a'])
})
