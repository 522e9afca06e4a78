// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { painted } from './painted'

let frames: (() => void)[] = []
let visible = true

function show(now: boolean): void {
  visible = now
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  frames = []
  visible = true
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => frames.push(call))
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (visible ? 'visible' : 'hidden'))
})
afterEach(async () => {
  await vi.runAllTimersAsync()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function waiting(): { ask: (name: string) => void; done: string[] } {
  const done: string[] = []
  return { ask: (name) => void painted().then(() => done.push(name)), done }
}

describe('painted', () => {
  it('waits for the frame and for what comes after it', async () => {
    const { ask, done } = waiting()
    ask('a')
    await vi.advanceTimersByTimeAsync(20)
    expect(done).toEqual([])
    for (const call of frames) call()
    expect(done).toEqual([])
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toEqual(['a'])
  })

  it('does not wait for ever', async () => {
    const { ask, done } = waiting()
    ask('a')
    await vi.advanceTimersByTimeAsync(100)
    expect(done).toEqual(['a'])
  })

  it('goes on at once, and in order, when the page goes to the background', async () => {
    const { ask, done } = waiting()
    ask('a')
    ask('b')
    // What is written as one leaves is asked for by a listener of its own.
    document.addEventListener('visibilitychange', () => ask('c'), { once: true })
    show(false)
    ask('d')
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toEqual(['a', 'b', 'c', 'd'])
    show(true)
    ask('e')
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toHaveLength(4)
    for (const call of frames) call()
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toHaveLength(5)
  })
})
