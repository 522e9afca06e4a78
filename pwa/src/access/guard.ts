/** Which pages need a person; used as `beforeEnter`, loaded lazily so that the portal does not carry it. */
import { watch } from 'vue'
import { useRoute, useRouter, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router'

import { useLock } from './lock'
import { useSession } from './session'

/** Lets in whoever this device remembers; others sign in first and come back. */
export async function requireSession(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  return (await useSession().restore()) || { path: '/login', query: { next: to.fullPath } }
}

/** Lets in whoever has opened this phone by PIN; others do so first and come back. */
export async function requireOpen(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  const known = await requireSession(to)
  if (known !== true) return known
  const query = { next: to.fullPath }
  switch (await useLock().look()) {
    case 'open':
      return true
    case 'locked':
      return { path: '/lock', query }
    case 'new':
      return { path: '/lock/new', query }
    case 'none':
      return '/office'
  }
}

/** For the frame around pages that need an open phone: once it is locked, to the PIN, and afterwards back. */
export function leaveWhenLocked(): void {
  const [lock, router, route] = [useLock(), useRouter(), useRoute()]
  watch(
    () => lock.key,
    (key) => {
      if (!key) void router.replace({ path: '/lock', query: { next: route.fullPath } })
    },
  )
}

/** Where `?next=` leads, if it is an address of this program: `//elsewhere` would leave it. */
export function nextOf(route: { query: Record<string, unknown> }): string | null {
  const { next } = route.query
  return typeof next === 'string' && /^\/(?!\/)/.test(next) ? next : null
}
