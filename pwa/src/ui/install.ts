/** Whether this app is on the home screen, and the browser's offer to put it there, which comes once and early. */
import { computed, shallowRef } from 'vue'

interface Offer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>
}

const offer = shallowRef<Offer | null>(null)
const installed = shallowRef(matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true)

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offer.value = event as Offer
})
addEventListener('appinstalled', () => (installed.value = true))

/** iPads call themselves Macs, which have no touch screen. */
export const onIos = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Mac OS/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
export const isInstalled = computed(() => installed.value)
export const canInstall = computed(() => offer.value !== null)

/** Whether the person took the browser's offer. It can be made once only. */
export async function install(): Promise<boolean> {
  const made = offer.value
  offer.value = null
  return (await made?.prompt())?.outcome === 'accepted'
}
