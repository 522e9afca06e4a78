/** One draw, kept fresh while several people act on it from their own screens. */
import { onMounted, onUnmounted, shallowRef, watch } from 'vue'

import { useOffice } from '../useOffice'
import { type Draw, getDraw } from './draws'

const EVERY_MS = 4000
const SETTLED = new Set(['published', 'void'])

export function useDraw(id: () => string | null) {
  const { api, explain } = useOffice()
  const draw = shallowRef<Draw | null>(null)
  const fault = shallowRef('')

  async function refresh(): Promise<void> {
    const wanted = id()
    if (!wanted) {
      draw.value = null
      return
    }
    try {
      const found = await getDraw(api, wanted)
      if (wanted === id()) draw.value = found
      fault.value = ''
    } catch (error) {
      // What is already shown stays: the next look may succeed.
      fault.value = explain(error)
    }
  }

  let timer = 0
  onMounted(() => {
    timer = window.setInterval(() => {
      if (draw.value && !SETTLED.has(draw.value.state) && !document.hidden) void refresh()
    }, EVERY_MS)
  })
  onUnmounted(() => clearInterval(timer))
  watch(id, refresh, { immediate: true })
  return { draw, fault, refresh }
}
