/** The regions to choose from, one's own and those below, and the bodies of one's line, which register objects there. */
import { computed } from 'vue'

import { useLoaded } from '../../../ui/loaded'
import { listPartners, type Partner } from '../plans/plans'
import { useOffice } from '../useOffice'

export interface Choice {
  code: string
  label: string
}

export function usePlaces() {
  const { session, api } = useOffice()
  const { state } = useLoaded(async () => (await listPartners(api)).items)

  const bodies = computed<Partner[]>(() => (state.value.kind === 'ready' ? state.value.value : []))
  const regions = computed<Choice[]>(() => {
    const mine = { code: session.me?.region ?? '', label: session.me?.region_name ?? '' }
    const below = bodies.value.filter((body) => covers(mine.code, body.region))
    const found = new Map([mine, ...below.map((body) => ({ code: body.region, label: body.region_name }))].map((one) => [one.code, one]))
    return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
  })
  const authorities = computed<Choice[]>(() => bodies.value.map(({ code, name }) => ({ code, label: name })))

  return { regions, authorities }
}

/** Whether a region's code (GB/T 2260) lies in another's subtree. */
export const covers = (region: string, other: string): boolean => other.startsWith(region.replace(/(00){1,2}$/, ''))
