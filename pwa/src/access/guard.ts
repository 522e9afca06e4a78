/** Which pages need a person; used as `beforeEnter`, loaded lazily so that the portal does not carry it. */
import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router'

import { useSession } from './session'

/** Lets in whoever this device remembers; others sign in first and come back. */
export async function requireSession(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  return (await useSession().restore()) || { path: '/login', query: { next: to.fullPath } }
}
