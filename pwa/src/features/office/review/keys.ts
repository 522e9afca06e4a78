/** Single keys for the hands that review many records; silent while somebody writes or a dialog is open. */
import { onMounted, onUnmounted } from 'vue'

const WRITES = 'input, textarea, select, [contenteditable="true"]'

export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  function press(event: KeyboardEvent): void {
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target instanceof Element && event.target.closest(`${WRITES}, [role="dialog"], dialog`)) return
    event.preventDefault()
    action()
  }
  onMounted(() => document.addEventListener('keydown', press))
  onUnmounted(() => document.removeEventListener('keydown', press))
}

/** Moves the focus among the elements that match, in the order of the page, and stops at the ends. */
export function focusNeighbour(selector: string, step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(selector)]
  const here = all.findIndex((element) => element.contains(document.activeElement))
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step]
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'center' })
}
