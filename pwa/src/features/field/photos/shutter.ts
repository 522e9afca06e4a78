/** The shutter under the thumb: a tap takes one, every further tap one more, holding on takes them one after the other. */
import { onScopeDispose, ref, type Ref } from 'vue'

const HOLD_MS = 400
const BURST_MS = 300

export interface Shutter {
  /** Whether the thumb stays on it. */
  held: Readonly<Ref<boolean>>
  press(event: PointerEvent): void
  release(): void
  /** Keyboard and screen reader; after a finger it comes as an echo of what was pressed. */
  click(): void
}

/** `take` resolves when the next picture may be taken: never two full-size frames at a time. */
export function useShutter(take: () => Promise<void>): Shutter {
  const held = ref(false)
  let wanted = 0
  let running = false
  let released = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined

  async function run(): Promise<void> {
    if (running) return
    running = true
    while (wanted > 0 || held.value) {
      const burst = wanted === 0
      if (!burst) wanted -= 1
      await Promise.all([take(), burst && new Promise((resolve) => setTimeout(resolve, BURST_MS))])
    }
    running = false
  }

  function shoot(): void {
    wanted += 1
    void run()
  }

  function press(event: PointerEvent): void {
    if (event.button !== 0) return
    shoot()
    timer = setTimeout(() => {
      held.value = true
      void run()
    }, HOLD_MS)
  }

  function release(): void {
    clearTimeout(timer)
    held.value = false
    released = performance.now()
  }
  onScopeDispose(() => {
    release()
    wanted = 0
  })

  return {
    held,
    press,
    release,
    click() {
      if (performance.now() - released > HOLD_MS) shoot()
    },
  }
}
