import { nextTick } from 'vue'
import { describe, expect, it } from 'vitest'

import { useComments } from './comments'

function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    get length() {
      return kept.size
    },
  } as Storage
}

const order = (): string[] => ['A.1', 'A.2']

describe('useComments', () => {
  it('lists comments in the order of the sheet, without blank ones', () => {
    const comments = useComments('r', order, memory())
    comments.put('A.2', ' 补拍 ')
    comments.put('A.1', '核实')
    comments.put('A.1', '  ')
    expect(comments.listed.value).toEqual([{ point: 'A.2', text: '补拍' }])
  })

  it('is there again after a reload, for the same record only', async () => {
    const storage = memory()
    useComments('r', order, storage).put('A.1', '核实')
    await nextTick()
    expect(useComments('r', order, storage).texts.value).toEqual({ 'A.1': '核实' })
    expect(useComments('s', order, storage).texts.value).toEqual({})
  })

  it('leaves nothing behind once cleared', async () => {
    const storage = memory()
    const comments = useComments('r', order, storage)
    comments.put('A.1', '核实')
    await nextTick()
    comments.clear()
    await nextTick()
    expect(storage.length).toBe(0)
  })
})
