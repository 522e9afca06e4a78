/** A search that can be given up: the earlier answer stays in sight meanwhile, a newer question ends an older one. */
import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'

export type Search<T> = ReturnType<typeof useSearch<T>>

export function useSearch<T>(load: (signal: AbortSignal) => Promise<T>, key: WatchSource<unknown>) {
  const value = shallowRef<T | null>(null)
  const busy = ref(false)
  const error = shallowRef<unknown>(null)
  let going: AbortController | null = null

  async function search(): Promise<void> {
    going?.abort()
    const mine = (going = new AbortController())
    busy.value = true
    error.value = null
    try {
      const found = await load(mine.signal)
      if (mine === going) value.value = found
    } catch (reason) {
      if (mine === going) error.value = reason
    }
    if (mine === going) {
      busy.value = false
      going = null
    }
  }

  function cancel(): void {
    going?.abort()
    going = null
    busy.value = false
  }

  watch(key, search, { immediate: true })
  onScopeDispose(cancel)
  return { value, busy, error, search, cancel }
}
