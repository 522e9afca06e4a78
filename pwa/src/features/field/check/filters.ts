/** Which points a filter of the checklist shows, and how many each has. Pure. */
import type { PointState } from './points'

export const FILTERS = ['all', 'open', 'failed', 'photo', 'returned'] as const
export type Filter = (typeof FILTERS)[number]

const SHOWS: Record<Filter, (state: PointState) => boolean> = {
  all: () => true,
  open: ({ missing, answers, notes }) => missing.length > 0 || answers !== undefined || notes !== undefined,
  failed: ({ fails }) => fails,
  photo: ({ missing }) => missing.includes('photo'),
  returned: ({ comment }) => comment !== undefined,
}

export type Counts = Record<Filter, number> & { reworked: number }

export function chosenBy(filter: Filter, states: ReadonlyMap<string, PointState>): Set<string> {
  return new Set([...states].filter(([, state]) => SHOWS[filter](state)).map(([code]) => code))
}

export function countsOf(states: ReadonlyMap<string, PointState>): Counts {
  const count = (shows: (state: PointState) => boolean): number => [...states.values()].filter(shows).length
  const counts = Object.fromEntries(FILTERS.map((filter) => [filter, count(SHOWS[filter])])) as Record<Filter, number>
  return { ...counts, reworked: count((state) => SHOWS.returned(state) && state.changed && !state.missing.length) }
}
