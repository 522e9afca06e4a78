/** The inspection of a page, kept up with the device's tables. */
import { computed, type ComputedRef } from 'vue'

import { useSession } from '../../access/session'
import { composeInspection, type Inspection } from './inspection'
import { useLive, type Loaded } from './live'
import { useField } from './store'

export interface Watched {
  loaded: ComputedRef<Loaded<Inspection | null>['is']>
  /** Null until it is read, and when this device has no packet of it. */
  inspection: ComputedRef<Inspection | null>
}

export function useInspection(id: string): Watched {
  const db = useField().db
  const session = useSession()
  // Apart, because an answer changes the log alone, and the packet with its checklist is large.
  const packet = useLive(() => db.packets.get(id))
  const place = useLive(() => Promise.all([db.inspections.get(id), db.transfers.get(id)]))
  const log = useLive(() => db.operations.where({ insp: id }).toArray())
  const loaded = computed(() => {
    const all = [packet.value.is, place.value.is, log.value.is]
    return all.includes('failed') ? 'failed' : all.includes('loading') ? 'loading' : 'ready'
  })
  const inspection = computed(() => {
    if (packet.value.is !== 'ready' || place.value.is !== 'ready' || log.value.is !== 'ready') return null
    const [row, transfer] = place.value.value
    if (!row || !packet.value.value) return null
    const composed = composeInspection({ row, packet: packet.value.value, rows: log.value.value, transfer: transfer ?? null })
    // Too long without the server: reading only.
    return session.lease === 'valid' ? composed : { ...composed, open: false }
  })
  return { loaded, inspection }
}
