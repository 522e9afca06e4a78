/** The inspection of a page, kept up with the device's tables. */
import { computed, type ComputedRef } from 'vue'

import { readInspection, type Inspection } from './inspection'
import { useLive, type Loaded } from './live'
import { useField } from './store'

export interface Watched {
  loaded: ComputedRef<Loaded<Inspection | null>['is']>
  /** Null until it is read, and when this device has no packet of it. */
  inspection: ComputedRef<Inspection | null>
}

export function useInspection(id: string): Watched {
  const db = useField().db
  const live = useLive(() => readInspection(db, id))
  return {
    loaded: computed(() => live.value.is),
    inspection: computed(() => (live.value.is === 'ready' ? live.value.value : null)),
  }
}
