import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope, type ShallowRef } from 'vue'

import { LATE_MS, useFix, type Fix } from './place'

const REFUSED = 1
const UNAVAILABLE = 2
let scope: EffectScope
let found: PositionCallback
let failed: PositionErrorCallback
const clearWatch = vi.fn()

function look(): Readonly<ShallowRef<Fix>> {
  return scope.run(() => useFix())!
}

const fails = (code: number): void => failed({ code, PERMISSION_DENIED: REFUSED } as GeolocationPositionError)
const arrives = (): void => found({ coords: { latitude: 39.9773, longitude: 119.7757, accuracy: 11.6 } } as GeolocationPosition)

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  const watchPosition = (done: PositionCallback, error: PositionErrorCallback): number => {
    found = done
    failed = error
    return 7
  }
  vi.stubGlobal('navigator', { geolocation: { watchPosition, clearWatch } })
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the search for the place', () => {
  it('does not go on for ever: late is said, and a place that comes after all is taken', () => {
    const fix = look()
    vi.advanceTimersByTime(LATE_MS - 1)
    expect(fix.value.is).toBe('searching')
    vi.advanceTimersByTime(1)
    expect(fix.value).toEqual({ is: 'late', place: { lat: null, lon: null, acc: null } })
    arrives()
    expect(fix.value).toEqual({ is: 'found', place: { lat: '39.977300', lon: '119.775700', acc: '12' } })
    fails(UNAVAILABLE)
    expect(fix.value.is).toBe('found')
  })

  it('is late at once where the device says that it finds nothing', () => {
    const fix = look()
    fails(UNAVAILABLE)
    expect(fix.value.is).toBe('late')
  })

  it('is over where the person refuses, whatever the clock says', () => {
    const fix = look()
    fails(REFUSED)
    vi.advanceTimersByTime(LATE_MS)
    expect(fix.value.is).toBe('none')
  })

  it('ends with the page', () => {
    const fix = look()
    scope.stop()
    vi.advanceTimersByTime(LATE_MS)
    expect(fix.value.is).toBe('searching')
    expect(clearWatch).toHaveBeenCalledWith(7)
  })
})
