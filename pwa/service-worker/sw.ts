/// <reference lib="webworker" />
// Keeps the program itself on the device; records and photographs are the business of src/device and src/sync.
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope

cleanupOutdatedCaches()
precacheAndRoute(self.__WB_MANIFEST)
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/api(\/|$)/, /^\/portal\/v1(\/|$)/, /^\/files(\/|$)/, /^\/verify\.html$/],
  }),
)

// A new version waits until the user asks for it: an unsaved form must never be reloaded away.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
