/** What somebody has typed and nobody has kept yet: a reload would take it away, in this window or another. */
import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

const LOCK = 'suicha-unfinished'
const LOOK_MS = 1_000

/** What these hold is no text, or is looked for and not kept. */
const NO_TEXT = ['search', 'checkbox', 'radio', 'range', 'file']

type Field = HTMLInputElement | HTMLTextAreaElement

/** Whether a text that a person has typed still stands on the page. */
export function useUnfinished(): Readonly<Ref<boolean>> {
  const touched = new Set<Field>()
  const unfinished = ref(false)
  let looking: ReturnType<typeof setInterval> | undefined

  function look(): void {
    for (const field of touched) if (!field.isConnected || !field.value) touched.delete(field)
    unfinished.value = touched.size > 0
    if (unfinished.value) looking ??= setInterval(look, LOOK_MS)
    else stop()
  }
  function stop(): void {
    clearInterval(looking)
    looking = undefined
  }
  function note({ target }: Event): void {
    if (!isField(target) || NO_TEXT.includes(target.type)) return
    touched.add(target)
    look()
  }

  addEventListener('input', note, { capture: true, passive: true })
  onScopeDispose(() => {
    removeEventListener('input', note, { capture: true })
    stop()
  })
  return readonly(unfinished)
}

function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}

/** Tells the other windows of this program while somebody is writing in this one. */
export function announceWriting(writing: () => boolean): void {
  watch(
    writing,
    (now, _, onCleanup) => {
      if (!now || !navigator.locks) return
      const over = new AbortController()
      onCleanup(() => over.abort())
      const held = new Promise<void>((release) => over.signal.addEventListener('abort', () => release()))
      navigator.locks.request(LOCK, { mode: 'shared', signal: over.signal }, () => held).catch(() => undefined)
    },
    { immediate: true },
  )
  // The cleanup above runs too when the component goes.
}

/** Runs what ends the program in all windows, unless somebody is writing in one; whether it ran. */
export async function unlessWriting(run: () => Promise<unknown>): Promise<boolean> {
  if (!navigator.locks) {
    await run()
    return true
  }
  return await navigator.locks.request(LOCK, { mode: 'exclusive', ifAvailable: true }, async (free) => {
    if (free) await run()
    return free !== null
  })
}
