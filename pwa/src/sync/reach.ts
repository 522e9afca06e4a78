/**
 * Whether the server itself can be reached. The browser's word on it is only a hint: it knows of a network, not of
 * what is behind it, and the sign-in page of a public network answers in the server's place.
 */
export type Reach = 'reachable' | 'offline' | 'captive'

const PATIENCE_MS = 5_000

/** Asks the smallest page there is; `fetched` as the browser's fetch. */
export async function probe(fetched: typeof fetch = fetch, patience = PATIENCE_MS): Promise<Reach> {
  try {
    const response = await fetched('/healthz', {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    })
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) return 'captive'
    // 511: the network wants to be signed in to (RFC 6585).
    if (response.status === 511) return 'captive'
    if (!response.ok) return 'offline'
    return isOurs(await response.json().catch(() => null)) ? 'reachable' : 'captive'
  } catch {
    return 'offline'
  }
}

function isOurs(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'app' in body && body.app === 'suicha'
}
