/**
 * How long this phone may take in new work without the server: so long that a day without a network is no matter, and
 * so short that a stolen phone does not go on for weeks. When it is over, nothing is deleted and everything is sent.
 */
import { computed, ref, shallowRef, type ComputedRef } from 'vue'

import type { OpenedSession } from '../api/accounts'
import type { StoredLease } from '../device/identity'

const EVERY_MS = 30_000
/** How exactly the clock's progress is remembered. */
const GRAIN_MS = 600_000

export interface Lease {
  state: ComputedRef<'valid' | 'expired'>
  stored(): StoredLease | null
  restore(lease: StoredLease | null): void
  /** A new one from the server; none leaves the old one as it is. */
  renew(opened: Pick<OpenedSession, 'lease' | 'expires_at'>): void
  /** Looks at the clock. */
  tick(): void
}

/** `keep` writes down how far the clock has come: set back, it must not prolong the lease. */
export function useLease(keep: (lease: StoredLease) => unknown): Lease {
  const lease = shallowRef<StoredLease | null>(null)
  const now = ref(Date.now())

  function tick(): void {
    now.value = Date.now()
    if (!lease.value || now.value < lease.value.seen + GRAIN_MS) return
    lease.value = { ...lease.value, seen: now.value }
    void keep(lease.value)
  }

  setInterval(tick, EVERY_MS)
  document.addEventListener('visibilitychange', tick)

  return {
    state: computed(() => (lease.value && Math.max(now.value, lease.value.seen) > lease.value.until ? 'expired' : 'valid')),
    stored: () => lease.value,
    restore(stored) {
      lease.value = stored
      tick()
    },
    renew({ lease: granted, expires_at }) {
      if (!granted) return
      now.value = Date.now()
      // Counted from here by this device's clock, which may differ from the server's by days.
      const length = Date.parse(granted.not_after) - Date.parse(expires_at)
      lease.value = { until: now.value + length, seen: now.value }
    },
    tick,
  }
}
