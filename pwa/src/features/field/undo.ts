/** The last edits of each visit on this phone, newest last, for as long as the phone's pages are open. */
import { ref, type Ref } from 'vue'

import type { Json } from '../../sync-core'

export interface Change {
  register: string
  before: Json
  after: Json
}

/** What one tap did. */
export type Step = Change[]

export interface Steps {
  count: Ref<number>
  push(step: Step): void
  pop(): Step | undefined
}

const LONGEST = 100
const visits = new Map<string, Steps>()

export function stepsOf(insp: string): Steps {
  const known = visits.get(insp) ?? makeSteps()
  visits.set(insp, known)
  return known
}

export function forgetSteps(): void {
  visits.clear()
}

function makeSteps(): Steps {
  const steps: Step[] = []
  const count = ref(0)
  return {
    count,
    push(step) {
      const [last] = steps.at(-1) ?? []
      const [next] = step
      // A sentence that is being typed is written many times and taken back once.
      if (last && next && steps.at(-1)!.length === 1 && step.length === 1 && isTyping(last, next)) last.after = next.after
      else steps.push(step)
      if (steps.length > LONGEST) steps.shift()
      count.value = steps.length
    },
    pop() {
      const step = steps.pop()
      count.value = steps.length
      return step
    },
  }
}

/** Whether the second goes on with the words or figures of the first, in the same register and on the same choice. */
function isTyping(first: Change, second: Change): boolean {
  if (first.register !== second.register) return false
  if (typeof first.after === 'string' && typeof second.after === 'string') return true
  const [a, b] = [choiceOf(first.after), choiceOf(second.after)]
  return a !== null && a === b
}

function choiceOf(value: Json): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { r, c, m, d, code } = value as Record<string, Json>
  return JSON.stringify([r, c, m, d, code])
}
