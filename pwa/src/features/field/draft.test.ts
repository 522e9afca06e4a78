// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, type App } from 'vue'

import { drafts, useDraft, type Draft } from './draft'

let app: App
let draft: Draft
const saved: string[] = []

beforeEach(() => {
  vi.useFakeTimers()
  saved.length = 0
  const field = {
    setup() {
      // What is called not saved until then must not be called so while it is written.
      draft = useDraft(() => '', (text) => void saved.push(`${text} ${drafts.value}`))
      return () => null
    },
  }
  app = createApp(field)
  app.mount(document.createElement('div'))
})
afterEach(() => {
  app.unmount()
  vi.useRealTimers()
})

describe('a draft', () => {
  it('counts as unwritten from the first letter until it is handed over', () => {
    draft.text.value = '一'
    draft.touch()
    draft.touch()
    expect(drafts.value).toBe(1)
    vi.advanceTimersByTime(249)
    expect(saved).toEqual([])
    vi.advanceTimersByTime(1)
    expect([saved, drafts.value]).toEqual([['一 0'], 0])
    draft.flush()
    expect([saved.length, drafts.value]).toEqual([1, 0])
  })

  it('is handed over when its field goes', () => {
    draft.text.value = '二'
    draft.touch()
    app.unmount()
    expect([saved, drafts.value]).toEqual([['二 0'], 0])
  })
})
