/** How long to wait after a failure. */
const FIRST_MS = 2_000
const LONGEST_MS = 300_000
const SHORTEST_MS = 500
/** A server that asks for more than this asks in error; the button goes through at any time. */
const LONGEST_ASKED_MS = 3_600_000

/**
 * Full jitter: anything up to a bound that doubles with every failure, so that phones which lost the network together
 * do not come back together. What the server asked for (Retry-After, in seconds) is waited out, and up to a quarter more.
 */
export function waitAfter(failures: number, random: number, asked: number | null = null): number {
  if (asked) return Math.round(Math.min(LONGEST_ASKED_MS, asked * 1000) * (1 + random / 4))
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(SHORTEST_MS + random * (bound - SHORTEST_MS))
}
