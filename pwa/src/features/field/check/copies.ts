/**
 * Cards that nobody has touched stand in the list as plain copies of one like them that is alive: a sheet of hundreds is
 * there at once. A copy comes alive when it comes near the screen, is tapped or focused, or when its state changes.
 */
import { nextTick, onScopeDispose, shallowReactive, toRaw } from 'vue'

import type { Card, Copies } from './points'

// So far off the screen that a thumb does not catch up.
const NEAR = '1500px 0px'

interface Pattern {
  drawn: HTMLElement
  /** Where the code stands in an attribute: the element's place, the attribute, and what is before and after the code. */
  named: [place: number, attribute: string, before: string, after: string][]
  code: number
}

export function useCopies(): Copies {
  const alive = shallowReactive(new Set<string>())
  const patterns = new Map<string, Pattern>()
  const near = new WeakSet<Element>()
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) near[isIntersecting ? 'add' : 'delete'](target)
      const cards = entries.flatMap(({ target, isIntersecting }) => (isIntersecting ? copiesIn(target) : []))
      if (cards.length) void wake(cards)
    },
    { rootMargin: NEAR },
  )
  onScopeDispose(() => seen.disconnect())

  /** Draws the cards alive; the focus stays where it was. */
  async function wake(cards: readonly HTMLElement[]): Promise<void> {
    const focused = document.activeElement
    const held = cards.find((card) => card.contains(focused))
    for (const { dataset } of cards) alive.add(dataset.copy!)
    const place = held && placeIn(held, focused!)
    await nextTick()
    if (held) at(held, place!)?.focus({ preventScroll: true })
  }

  return {
    stands: (card) => !alive.has(card.point.code) && patterns.has(shapeOf(card)),
    learn(card, drawn) {
      // Not by way of the reactive set: it is alive already, nothing has to be drawn again.
      toRaw(alive).add(card.point.code)
      const shape = shapeOf(card)
      if (shape && !patterns.has(shape)) patterns.set(shape, patternOf(card, drawn))
    },
    vCopy: {
      created(element, { value: card }) {
        turnInto(element, card, patterns.get(shapeOf(card))!)
      },
      mounted: (element) => void (near.has(element.parentElement!) && wake([element])),
      updated(element, { value: card, oldValue: before }) {
        if (before && shapeOf(card) !== shapeOf(before)) void wake([element])
      },
    },
    vGroup: {
      mounted: (element) => seen.observe(element),
      unmounted: (element) => seen.unobserve(element),
    },
    async onClick({ target }) {
      const card = copyAround(target)
      if (!card) return
      const place = placeIn(card, target as Element)
      await wake([card])
      at(card, place)?.click()
    },
    onFocus({ target }) {
      // By keyboard only: a finger's focus comes in the middle of its tap, whose click must find the card as it is.
      const card = copyAround(target)
      if (card && (target as Element).matches(':focus-visible')) void wake([card])
    },
  }
}

/** Cards of one shape differ in code and title alone; empty where a card has more to it. */
export function shapeOf({ point, state }: Card): string {
  const { value, note, photos, missing, fails, locked, comment, earlier, answers, notes } = state
  const touched = value || note || fails || comment !== undefined || earlier || answers || notes || Object.keys(photos).length
  const asksMore = (point.photo.min > 0 && !point.photo.on) || missing.some((kind) => kind !== 'answer')
  if (point.answer.type !== 'verdict' || touched || asksMore) return ''
  return JSON.stringify([point.required, point.guidance !== '', locked, missing])
}

function patternOf({ point: { code } }: Card, card: HTMLElement): Pattern {
  const drawn = card.cloneNode(true) as HTMLElement
  const named: Pattern['named'] = []
  partsOf(drawn).forEach((part, place) => {
    for (const { name, value } of part.attributes) {
      const begin = /^(id|data-testid|aria-.*)$/.test(name) ? findCode(value, code) : -1
      if (begin >= 0) named.push([place, name, value.slice(0, begin), value.slice(begin + code.length)])
    }
  })
  return { drawn, named, code: partsOf(drawn).findIndex((part) => part.matches('.code')) }
}

/** The code as a word of its own: `verdict-Q01.1-pass` has Q01.1, but not Q01 or 1. */
function findCode(text: string, code: string): number {
  let at = text.indexOf(code)
  while (at >= 0 && !(/^[- ]$/.test(text.charAt(at - 1)) && /^(-|$)/.test(text.slice(at + code.length)))) at = text.indexOf(code, at + 1)
  return at
}

/** Makes the empty element a card. */
function turnInto(element: HTMLElement, { point: { code }, title }: Card, { drawn, named, code: place }: Pattern): void {
  const copy = drawn.cloneNode(true) as HTMLElement
  const parts = partsOf(copy)
  for (const [each, attribute, before, after] of named) parts[each]!.setAttribute(attribute, `${before}${code}${after}`)
  parts[place]!.textContent = code
  parts[place]!.nextSibling!.nodeValue = title
  for (const { name, value } of copy.attributes) element.setAttribute(name, value)
  element.dataset.copy = code
  element.append(...copy.childNodes)
}

const partsOf = (card: Element): Element[] => [card, ...card.querySelectorAll('*')]

const copiesIn = (group: Element): HTMLElement[] => [...group.querySelectorAll<HTMLElement>('[data-copy]')]

const copyAround = (target: EventTarget | null): HTMLElement | null => (target as Element).closest<HTMLElement>('[data-copy]')

/** Which control of a card this is, -1 for the card itself; the card that comes alive has the same ones. */
function placeIn(card: HTMLElement, target: Element): number {
  return [...card.querySelectorAll('button')].indexOf(target.closest('button')!)
}

function at(card: HTMLElement, place: number): HTMLElement | null {
  const alive = document.getElementById(card.id)
  return place < 0 ? alive : (alive?.querySelectorAll('button')[place] ?? null)
}
