/** Shows a long list a screen at a time: the first at once, the rest behind it in pieces that leave room for a finger. */
import { computed, nextTick, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'

const FIRST = 6
const MORE = 24
const PIECE_MS = 80

export interface Gradual {
  limit: Ref<number>
  complete: ComputedRef<boolean>
  /** Shows everything now, for a jump to what may not be there yet. */
  all(): Promise<void>
}

/** `list` names what is listed; with another list it begins anew. */
export function useGradually(list: () => unknown, length: () => number): Gradual {
  const limit = ref(FIRST)
  const complete = computed(() => limit.value >= length())
  let more = MORE
  let waiting: ReturnType<typeof setTimeout> | undefined

  async function next(): Promise<void> {
    const begun = performance.now()
    limit.value += more
    await nextTick()
    // Fewer at a time on a slow phone, more on a quick one.
    more = Math.max(8, Math.min(120, Math.round((more * PIECE_MS) / (performance.now() - begun + 1))))
    waiting = undefined
    go()
  }
  function go(): void {
    // A timeout, not a frame: a page in the background gets no frames.
    if (!complete.value) waiting ??= setTimeout(() => void next())
  }
  function stop(): void {
    clearTimeout(waiting)
    waiting = undefined
  }

  watch(
    list,
    () => {
      stop()
      limit.value = FIRST
      go()
    },
    { flush: 'sync' },
  )
  watch(complete, go, { immediate: true })
  onScopeDispose(stop)
  return {
    limit,
    complete,
    async all() {
      stop()
      limit.value = Math.max(limit.value, length())
      await nextTick()
    },
  }
}
