/** Text under the pen: written at most 300 ms after the last stroke, and at once when the person looks away. */
import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

const PAUSE_MS = 250

export interface Draft {
  text: Ref<string>
  /** Call on every input. */
  touch(): void
  flush(): void
}

/** How many fields hold letters that are not written yet. */
export const drafts = ref(0)

export function useDraft(stored: () => string, save: (text: string) => unknown): Draft {
  const text = ref(stored())
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    drafts.value -= 1
    save(text.value)
  }

  function touch(): void {
    if (timer === undefined) drafts.value += 1
    clearTimeout(timer)
    timer = setTimeout(flush, PAUSE_MS)
  }

  // What another device wrote shows at once, but never over an unfinished word.
  watch(stored, (value) => {
    if (timer === undefined) text.value = value
  })
  const whenHidden = (): void => {
    if (document.visibilityState === 'hidden') flush()
  }
  onMounted(() => document.addEventListener('visibilitychange', whenHidden))
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', whenHidden)
    flush()
  })
  return { text, touch, flush }
}
