/** A screen over the page: Back and Escape close it, the page behind it is out of reach, and the focus comes back. */
import { onBeforeUnmount, onMounted, type Ref } from 'vue'

/**
 * Opens with the component that holds `root` and asks `close` of its parent. `leave` may hold it open: it asks the
 * person, or is null when there is nothing to ask. The function that comes back is what a close button calls.
 */
export function useOverlay(
  root: Readonly<Ref<HTMLElement | null>>,
  close: () => void,
  leave: () => Promise<boolean> | null = () => null,
): () => void {
  // The state of the history says how many are open, one over the other.
  const level = levelOf(history.state) + 1
  const before = document.activeElement
  let behind: HTMLElement[] = []
  let sure = false

  const push = (): void => history.pushState({ ...history.state, overlay: level }, '')

  async function back(event: PopStateEvent): Promise<void> {
    if (levelOf(event.state) >= level) return
    const asked = sure ? null : leave()
    if (!asked) return close()
    // The entry is gone before anybody could be asked, so asking needs another.
    push()
    sure = await asked
    if (sure) history.back()
  }

  function press(event: KeyboardEvent): void {
    // A sheet that asks something over it has an Escape of its own.
    const asked = event.target instanceof Element && event.target.closest('dialog')
    if (event.key !== 'Escape' || event.defaultPrevented || asked || levelOf(history.state) !== level) return
    event.preventDefault()
    history.back()
  }

  onMounted(() => {
    behind = [...document.body.children].filter(
      // What is said aloud is heard everywhere.
      (child): child is HTMLElement => child instanceof HTMLElement && !child.inert && !child.contains(root.value) && !child.matches('[role=alert]'),
    )
    for (const element of behind) element.inert = true
    push()
    addEventListener('popstate', back)
    addEventListener('keydown', press)
    const first = root.value?.querySelector<HTMLElement>('[data-first]') ?? root.value
    first?.focus({ preventScroll: true })
  })
  onBeforeUnmount(() => {
    removeEventListener('popstate', back)
    removeEventListener('keydown', press)
    for (const element of behind) element.inert = false
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    // Closed by its parent, not by the person: its entry would make the next Back do nothing.
    if (levelOf(history.state) === level) history.back()
  })
  return () => history.back()
}

function levelOf(state: unknown): number {
  return (state as { overlay?: number } | null)?.overlay ?? 0
}
