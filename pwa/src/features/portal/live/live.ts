/** A draw as the meeting room sees it, asked for every two seconds and more slowly while nobody answers. */
import { onMounted, onUnmounted, ref, shallowRef } from 'vue'

import { createClient, ProblemError } from '../../../api/client'
import type { DrawKind, DrawState, EventType } from '../../../contracts/vocabulary'

export interface LiveRow {
  code: string
  name: string
  stratum: string
  team: string[]
}

export interface Live {
  id: string
  task: { code: string; name: string }
  kind: DrawKind
  region_name: string
  round: number
  attempt: number
  state: DrawState
  sealed: boolean
  now: string
  commitment_digest: string
  committed_at: string
  n: number
  k: number
  event: { type: EventType; id: string; due: string; value: string | null }
  custodians: { name: string; revealed: boolean }[]
  seed: string | null
  result_digest: string | null
  void_reason: string | null
  rows: LiveRow[]
}

const EVERY_MS = 2000
const SLOWEST_MS = 30_000
const SETTLED: DrawState[] = ['published', 'void']
const client = createClient({ base: '/portal/v1', language: () => document.documentElement.lang, timeout: 10_000 })

/** How long to wait after so many calls in a row that nobody answered. */
export const pause = (failures: number): number => Math.min(EVERY_MS * 2 ** failures, SLOWEST_MS)

export function useLive(id: string) {
  const live = shallowRef<Live | null>(null)
  /** Absent: there is no such draw (yet); lost: nobody answers, what is shown may be old. */
  const trouble = ref<'absent' | 'lost' | null>(null)
  /** How far this machine's clock is behind the server's, so that the countdown is the server's. */
  const skew = ref(0)
  let failures = 0
  let timer = 0

  async function look(): Promise<void> {
    try {
      const found = await client.get<Live>(`/live/${id}`)
      skew.value = Date.parse(found.now) - Date.now()
      live.value = found
      trouble.value = null
      failures = 0
    } catch (error) {
      const absent = error instanceof ProblemError && error.status === 404
      trouble.value = absent ? 'absent' : 'lost'
      failures += 1
    }
    if (!live.value || !SETTLED.includes(live.value.state)) timer = window.setTimeout(() => void look(), pause(failures))
  }

  onMounted(() => void look())
  onUnmounted(() => clearTimeout(timer))
  return { live, trouble, skew }
}
