/** Where the phone is, if the person allows it: the last known place, never waited for. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

export interface Place {
  lat: string | null
  lon: string | null
  acc: string | null
}

export const NOWHERE: Place = { lat: null, lon: null, acc: null }

/** Follows the place while the page is open. */
export function usePlace(): Readonly<ShallowRef<Place>> {
  const place = shallowRef<Place>(NOWHERE)
  if (!navigator.geolocation) return place
  const watch = navigator.geolocation.watchPosition(
    (position) => (place.value = placeOf(position)),
    () => undefined,
    { enableHighAccuracy: true, maximumAge: 60_000 },
  )
  onScopeDispose(() => navigator.geolocation.clearWatch(watch))
  return place
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
