/**
 * The moment after the next frame: what a finger has just changed is on the screen, and the disk may have the processor.
 * Everybody who asks before that moment goes on in the order of asking.
 */
let next: Promise<void> | null = null

// A frame that does not come must not keep an answer from the disk.
const LONGEST_MS = 100

export function painted(): Promise<void> {
  return (next ??= frame().then(() => void (next = null)))
}

function frame(): Promise<void> {
  // A page in the background gets no frames, and may soon get no more time.
  if (document.visibilityState !== 'visible') return Promise.resolve()
  return new Promise((resolve) => {
    const waiting = new AbortController()
    const go = (): void => {
      waiting.abort()
      clearTimeout(late)
      resolve()
    }
    const late = setTimeout(go, LONGEST_MS)
    document.addEventListener('visibilitychange', go, { signal: waiting.signal })
    requestAnimationFrame(() => setTimeout(go))
  })
}
