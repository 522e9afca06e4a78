/** Filters that live in the address: they can be sent as a link, and the way back finds them again. */
import { computed, onScopeDispose, ref, watch } from 'vue'
import { type LocationQueryValue, useRoute, useRouter } from 'vue-router'

const PAUSE = 300

export function useFilters<K extends string>(names: readonly K[]) {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const read = (name: string): string => one(route.query[name])

  // On the way to another page the address is no longer this page's: what stood here stays.
  const filters = computed<Record<K | 'after' | 'page', string>>((old) =>
    old && route.path !== here
      ? old
      : (Object.fromEntries([...names, 'after', 'page'].map((name) => [name, read(name)])) as Record<K | 'after' | 'page', string>),
  )
  const page = computed(() => Number(filters.value.page) || 1)

  /** Another choice begins with the first page again. */
  function set(changes: Partial<Record<K, string>>): void {
    void router.replace({ query: filled({ ...filters.value, ...changes, after: '', page: '' }) })
  }

  /** Each page is a step of the browser's history, so that going back shows the one before. */
  function turn(after: string): void {
    void router.push({ query: filled({ ...filters.value, after, page: String(page.value + 1) }) })
  }

  const first = (): void => set({})

  /** The search text as it is typed; it is searched for after a short pause. */
  const typed = ref(filters.value['q' as K])
  let waiting: ReturnType<typeof setTimeout> | undefined
  const submit = (): void => {
    clearTimeout(waiting)
    if (typed.value.trim() !== filters.value['q' as K]) set({ q: typed.value.trim() } as Partial<Record<K, string>>)
  }
  watch(typed, () => {
    clearTimeout(waiting)
    waiting = setTimeout(submit, PAUSE)
  })
  watch(() => filters.value['q' as K], (q) => {
    if (q !== typed.value.trim()) typed.value = q
  })
  onScopeDispose(() => clearTimeout(waiting))

  const chosen = computed(() => names.some((name) => filters.value[name]))
  const clear = (): void => set(Object.fromEntries(names.map((name) => [name, ''])) as Record<K, string>)

  return { filters, page, set, turn, first, typed, submit, chosen, clear }
}

const one = (value: LocationQueryValue | LocationQueryValue[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? ''

const filled = (query: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value))
