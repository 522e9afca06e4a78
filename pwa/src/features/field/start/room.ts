/**
 * How much room the browser leaves this app on the phone, where it says so. Newer Chromium tells every site the same large
 * figure, so plenty proves nothing and is never shown; a small figure is true.
 */
import { computed, onMounted, ref, type ComputedRef } from 'vue'

// A day's photos of several visits.
const LOW = 500 * 1024 * 1024

export interface Room {
  low: ComputedRef<boolean>
  /** In words. */
  free: ComputedRef<string>
}

export function useRoom(): Room {
  const bytes = ref(Infinity)
  onMounted(async () => {
    const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {}
    bytes.value = Math.max(0, quota - usage)
  })
  return { low: computed(() => bytes.value < LOW), free: computed(() => `${Math.round(bytes.value / 1024 ** 2)} MB`) }
}
