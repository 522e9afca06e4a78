import { expect, it } from 'vitest'

import messages from './messages'

function keysOf(texts: object, path = ''): string[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'object' ? keysOf(text as object, `${path}${key}.`) : [path + key],
  )
}

it('says everything in both languages', () => {
  expect(keysOf(messages.en).sort()).toEqual(keysOf(messages.zh).sort())
})
