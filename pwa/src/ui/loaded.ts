/** What a page reads from somewhere: still loading, failed, or ready; a late answer never replaces a newer one. */
import { shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'

export type Loaded<T> = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'ready'; value: T }

export interface LoadedTexts {
  loading: string
  retry: string
  explain: (error: unknown) => string
}

/** Loads now, on `reload`, and anew (showing that it loads) whenever `key` changes. */
export function useLoaded<T>(
  load: () => Promise<T>,
  key?: WatchSource<unknown> | WatchSource<unknown>[],
): { state: ShallowRef<Loaded<T>>; reload: () => Promise<void> } {
  const state = shallowRef<Loaded<T>>({ kind: 'loading' })
  let latest = 0

  async function reload(): Promise<void> {
    const mine = ++latest
    let next: Loaded<T>
    try {
      next = { kind: 'ready', value: await load() }
    } catch (error) {
      next = { kind: 'failed', error }
    }
    if (mine === latest) state.value = next
  }

  if (key) {
    watch(key, () => {
      state.value = { kind: 'loading' }
      void reload()
    })
  }
  void reload()
  return { state, reload }
}
