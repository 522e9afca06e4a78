/** One deed at a time: busy while it runs, and the server's refusal kept for the place where it was asked. */
import { ref, shallowRef } from 'vue'

import type { FieldProblem } from '../../api/problem'
import { ProblemError } from '../../api/client'
import { useOffice } from './useOffice'

export function useAction() {
  const { explain } = useOffice()
  const busy = ref(false)
  const fault = ref('')
  const faults = shallowRef<FieldProblem[]>([])

  /** Whether it was done. */
  async function act(deed: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    fault.value = ''
    faults.value = []
    try {
      await deed()
      return true
    } catch (error) {
      fault.value = explain(error)
      if (error instanceof ProblemError) faults.value = error.errors
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, fault, faults, act }
}
