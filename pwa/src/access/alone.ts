/** Runs one at a time over all windows of this browser: they share the cookie and the tables. Never within itself. */
export async function alone<T>(what: 'refresh' | 'vault', run: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(`suicha-${what}`, run) : await run()
}
