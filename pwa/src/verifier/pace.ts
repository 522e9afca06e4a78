/** Runs the steps of a verification without holding up the page: a breath every few milliseconds. */
import type { Step } from './findings'

const SLICE_MS = 40

/** The outcome; `onStep` hears of each step that begins. */
export async function pace<T>(steps: Generator<Step, T>, onStep: (step: Step) => void): Promise<T> {
  let since = performance.now()
  let last: Step | null = null
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
    const begins = next.value !== last
    if (begins) onStep((last = next.value))
    if (begins || performance.now() - since > SLICE_MS) {
      await new Promise((resume) => setTimeout(resume))
      since = performance.now()
    }
  }
}
