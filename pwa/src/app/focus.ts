/**
 * The focus never falls off the page. Who works by keyboard or by ear would begin at the top again whenever what held it
 * goes away: a button that has done its work, a page that was left. What comes next takes it over; of a new page, its title.
 */

// No field of text among them: it would bring up the keyboard of a phone.
const STOPS = 'a[href], button:enabled, summary, input:is([type="checkbox"], [type="radio"], [type="file"]):enabled, [tabindex="0"]'

export function keepFocus(): void {
  let held: Element | null = null

  document.addEventListener('focusin', ({ target }) => (held = target as Element))
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    // Put down on purpose: a touch beside everything, another window.
    if (!relatedTarget) setTimeout(() => (held = held === target && held?.isConnected ? null : held))
  })
  new MutationObserver((records) => {
    const gone = held
    if (!gone || gone.isConnected) return
    held = null
    const record = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(gone)))
    // Whoever took it away may have an heir of its own, and a closing dialog gives the focus back.
    if (record) setTimeout(() => document.activeElement === document.body && hand(heirOf(record)))
  }).observe(document.body, { childList: true, subtree: true })
}

function heirOf({ removedNodes, target, previousSibling, nextSibling }: MutationRecord): HTMLElement | null {
  const page = [...removedNodes].some((node) => node instanceof Element && node.querySelector('h1, h2'))
  const around = target instanceof Element && target.isConnected ? target.closest('dialog, [role="dialog"], main') : null
  if (page || !around) return entry()
  const stops = [...around.querySelectorAll<HTMLElement>(STOPS)].filter((stop) => stop.getClientRects().length)
  // What took its place stands between its neighbours; where they went with it, behind all that was around it.
  const next = nextSibling?.isConnected ? nextSibling : null
  const last = previousSibling?.isConnected ? previousSibling : target
  const isHeir = (stop: Element): boolean => (next ? next.contains(stop) || comesAfter(stop, next) : comesAfter(stop, last))
  return stops.find(isHeir) ?? stops.at(-1) ?? entry()
}

/** Where one comes in: what lies open over the page, or the page's title. */
function entry(): HTMLElement | null {
  const open = [...document.querySelectorAll('dialog[open], [role="dialog"]')].filter((over) => !over.closest('[inert]')).at(-1)
  return open?.querySelector<HTMLElement>(STOPS) ?? document.querySelector('h1')
}

/** Whether it stands behind all of the node. */
function comesAfter(stop: Element, node: Node): boolean {
  return (node.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING) > 0 && !node.contains(stop)
}

function hand(heir: HTMLElement | null): void {
  if (heir?.matches('h1')) heir.tabIndex = -1
  heir?.focus({ preventScroll: heir.matches('h1') })
}
