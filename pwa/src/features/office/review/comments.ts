/** Comments that the reviewer collects point by point until the record is returned; they outlive a reload of the tab. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import type { PointComment } from './records'

export interface Comments {
  texts: Ref<Record<string, string>>
  /** In the order of the sheet. */
  listed: ComputedRef<PointComment[]>
  /** An empty text takes the comment back. */
  put: (point: string, text: string) => void
  clear: () => void
}

export function useComments(key: string, order: () => string[], storage: Storage = sessionStorage): Comments {
  const slot = `suicha.review.${key}`
  const texts = ref<Record<string, string>>(JSON.parse(storage.getItem(slot) ?? '{}'))

  watch(texts, (now) => {
    if (Object.keys(now).length) storage.setItem(slot, JSON.stringify(now))
    else storage.removeItem(slot)
  })

  return {
    texts,
    listed: computed(() =>
      order().flatMap((point) => (texts.value[point] ? [{ point, text: texts.value[point] }] : [])),
    ),
    put(point, text) {
      const others = Object.entries(texts.value).filter(([other]) => other !== point)
      texts.value = Object.fromEntries(text.trim() ? [...others, [point, text.trim()]] : others)
    },
    clear: () => (texts.value = {}),
  }
}
