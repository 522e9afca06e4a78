/** What the device stores, as a value that a page can watch. Loading, failed and ready are separate. */
import { liveQuery } from 'dexie'
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

export type Loaded<T> = { is: 'loading' } | { is: 'failed'; error: unknown } | { is: 'ready'; value: T }

/** Runs the query again whenever a row that it read has changed, in this tab or another. */
export function useLive<T>(query: () => Promise<T>): Readonly<ShallowRef<Loaded<T>>> {
  const result = shallowRef<Loaded<T>>({ is: 'loading' })
  const subscription = liveQuery(query).subscribe({
    next: (value) => (result.value = { is: 'ready', value }),
    error: (error: unknown) => (result.value = { is: 'failed', error }),
  })
  onScopeDispose(() => subscription.unsubscribe())
  // Not readonly(): its proxies reach into the rows, and IndexedDB can't store a proxy.
  return result
}
