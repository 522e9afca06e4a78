/**
 * A tapped answer shows under the finger at once. What the tables say of it comes a moment later, and of quick taps one
 * after the other: an earlier one of them must not stand there again, or the next tap would meet a button it did not see.
 */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

// By then the tables have spoken, and what they say holds.
const SETTLED_MS = 2_000

/** `read`: what the tables say, as a text. */
export function useTapped(read: () => string): { shown: Ref<string>; tap(next: string): void } {
  const shown = ref(read())
  let taps: string[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  function settle(): void {
    taps = []
    shown.value = read()
  }

  watch(read, (stored) => {
    const own = taps.indexOf(stored)
    taps = own < 0 ? [] : taps.slice(own + 1)
    if (!taps.length) shown.value = stored
  })
  onScopeDispose(() => clearTimeout(timer))

  return {
    shown,
    tap(next) {
      shown.value = next
      taps.push(next)
      clearTimeout(timer)
      timer = setTimeout(settle, SETTLED_MS)
    },
  }
}
