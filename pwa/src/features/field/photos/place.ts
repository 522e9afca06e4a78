/** Where the phone is, if the person allows it: the last known place, never waited for. */
import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

export interface Place {
  lat: string | null
  lon: string | null
  acc: string | null
}

export const NOWHERE: Place = { lat: null, lon: null, acc: null }

/** How far the search for the place is; `late`: nothing yet, the search goes on; `none`: it is not given here at all. */
export interface Fix {
  is: 'searching' | 'found' | 'late' | 'none'
  place: Place
}

/** A phone under the open sky has long found itself by then. */
export const LATE_MS = 10_000

/** Follows the place while the page is open. */
export function useFix(): Readonly<ShallowRef<Fix>> {
  const fix = shallowRef<Fix>({ is: navigator.geolocation ? 'searching' : 'none', place: NOWHERE })
  if (!navigator.geolocation) return fix
  const nothingYet = (): void => {
    if (fix.value.is === 'searching') fix.value = { is: 'late', place: NOWHERE }
  }
  const timer = setTimeout(nothingYet, LATE_MS)
  const watch = navigator.geolocation.watchPosition(
    (position) => (fix.value = { is: 'found', place: placeOf(position) }),
    // Indoors a search may fail and succeed later; only a refusal is final.
    ({ code, PERMISSION_DENIED }) => {
      if (code === PERMISSION_DENIED) fix.value = { is: 'none', place: NOWHERE }
      else nothingYet()
    },
    { enableHighAccuracy: true, maximumAge: 60_000 },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    navigator.geolocation.clearWatch(watch)
  })
  return fix
}

export function usePlace(): ComputedRef<Place> {
  const fix = useFix()
  return computed(() => fix.value.place)
}

/** One answer within the time, or NOWHERE. */
export function findPlace(within: number): Promise<Place> {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(NOWHERE)
    // A permission prompt left open answers nothing at all.
    const timer = setTimeout(() => resolve(NOWHERE), within)
    const done = (place: Place): void => {
      clearTimeout(timer)
      resolve(place)
    }
    navigator.geolocation.getCurrentPosition(
      (position) => done(placeOf(position)),
      () => done(NOWHERE),
      { enableHighAccuracy: true, timeout: within, maximumAge: 60_000 },
    )
  })
}

function placeOf({ coords }: GeolocationPosition): Place {
  // Six digits are a hand's breadth; decimals travel as text.
  return { lat: coords.latitude.toFixed(6), lon: coords.longitude.toFixed(6), acc: coords.accuracy.toFixed(0) }
}
