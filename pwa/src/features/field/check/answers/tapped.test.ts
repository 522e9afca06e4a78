import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'

import { useTapped } from './tapped'

const stored = ref('')
const scope = effectScope()
const says = async (value: string): Promise<void> => {
  stored.value = value
  await nextTick()
}
beforeEach(() => {
  vi.useFakeTimers()
  stored.value = 'pass'
})
afterEach(() => vi.useRealTimers())

describe('a tapped answer', () => {
  const tapped = (): ReturnType<typeof useTapped> => scope.run(() => useTapped(() => stored.value))!

  it('stays under quick taps when the tables speak of the earlier ones', async () => {
    const { shown, tap } = tapped()
    tap('fail')
    tap('pass')
    await says('fail')
    expect(shown.value).toBe('pass')
    tap('fail')
    await says('pass')
    expect(shown.value).toBe('fail')
    await says('fail')
    expect(shown.value).toBe('fail')
  })

  it('gives way to what another phone wrote', async () => {
    const { shown, tap } = tapped()
    tap('fail')
    await says('na')
    expect(shown.value).toBe('na')
    await says('fail')
    expect(shown.value).toBe('fail')
  })

  it('is what the tables say once they have had time', async () => {
    const { shown, tap } = tapped()
    tap('fail')
    tap('pass')
    await vi.advanceTimersByTimeAsync(2_500)
    await says('fail')
    expect(shown.value).toBe('fail')
  })
})
