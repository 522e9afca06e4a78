import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { add, isDrawn, redo, undo, UNMARKED, type Mark } from './marks'
import { useShutter } from './shutter'
import { isHeic } from './taking'
import { turnOf } from './tilt'

describe('turnOf', () => {
  it.each([
    ['upright', 80, 0, 0, 0],
    ['leaning to one side', 60, 20, 0, 0],
    ['turned to the left', 0, -85, 0, 3],
    ['turned to the right', 0, 85, 0, 1],
    ['upside down', -80, 0, 0, 2],
    ['turned to the left, and the screen has turned with it', 0, -85, 90, 0],
    ['turned to the right, and the screen has turned with it', 0, 85, 270, 0],
    ['flat over a table', 5, 5, 0, null],
  ])('%s', (_, beta, gamma, angle, turn) => expect(turnOf(beta, gamma, angle)).toBe(turn))
})

describe('marks', () => {
  const mark = (text: string): Mark => ({ tool: 'text', colour: 'red', points: [{ x: 1, y: 1 }], text })

  it('come back in the order in which they were taken back', () => {
    const three = ['a', 'b', 'c'].map(mark).reduce(add, UNMARKED)
    const one = undo(undo(three))
    expect(one.done.map(({ text }) => text)).toEqual(['a'])
    expect(redo(redo(one)).done.map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })

  it('a new one ends what could come back', () => {
    expect(redo(add(undo(add(UNMARKED, mark('a'))), mark('b'))).done.map(({ text }) => text)).toEqual(['b'])
  })

  it('taking back nothing changes nothing', () => expect(redo(undo(UNMARKED))).toEqual(UNMARKED))

  it('a finger that slipped has drawn nothing', () => {
    const box: Mark = { tool: 'box', colour: 'red', text: '', points: [{ x: 0, y: 0 }, { x: 3, y: 4 }] }
    expect(isDrawn(box, 10)).toBe(false)
    expect(isDrawn({ ...box, points: [{ x: 0, y: 0 }, { x: 30, y: 40 }] }, 10)).toBe(true)
    expect(isDrawn({ ...box, tool: 'text' }, 10)).toBe(false)
  })
})

describe('the shutter', () => {
  const press = { button: 0 } as PointerEvent

  function shutterOf(take: () => Promise<void>) {
    return effectScope().run(() => useShutter(take))!
  }

  it('takes every tap, one frame at a time', async () => {
    let open = 0
    let most = 0
    const frames: (() => void)[] = []
    const take = vi.fn(async () => {
      most = Math.max(most, (open += 1))
      await new Promise<void>((resolve) => frames.push(resolve))
      open -= 1
    })
    const shutter = shutterOf(take)
    for (let tap = 0; tap < 3; tap += 1) {
      shutter.press(press)
      shutter.release()
      shutter.click()
    }
    while (frames.length < 3) {
      frames.at(-1)?.()
      await vi.waitFor(() => expect(open).toBe(1))
    }
    frames.at(-1)?.()
    await vi.waitFor(() => expect(open).toBe(0))
    expect([take.mock.calls.length, most]).toEqual([3, 1])
  })

  it('goes on while the thumb stays, and stops with it', async () => {
    vi.useFakeTimers()
    const take = vi.fn(() => Promise.resolve())
    const shutter = shutterOf(take)
    shutter.press(press)
    await vi.advanceTimersByTimeAsync(1400)
    shutter.release()
    await vi.advanceTimersByTimeAsync(5000)
    expect(take.mock.calls.length).toBe(5)
    vi.useRealTimers()
  })

  it('answers a keyboard', async () => {
    const take = vi.fn(() => Promise.resolve())
    shutterOf(take).click()
    await vi.waitFor(() => expect(take).toHaveBeenCalledOnce())
  })
})

describe('isHeic', () => {
  it.each([
    ['IMG_1.HEIC', '', true],
    ['image', 'image/heif', true],
    ['a.jpg', 'image/jpeg', false],
  ])('%s %s', (name, type, heic) => expect(isHeic(new File([], name, { type }))).toBe(heic))
})
