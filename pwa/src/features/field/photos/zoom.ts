/** Two fingers spread, one finger drags or swipes, a double tap jumps: how a picture is moved under the hand. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'

export const LARGEST = 6
const SWIPE = 60
const DOUBLE_MS = 300

export interface Zoom {
  scale: Ref<number>
  style: ComputedRef<{ transform: string }>
  reset(): void
  by(factor: number): void
  down(event: PointerEvent): void
  move(event: PointerEvent): void
  up(event: PointerEvent): void
}

/** `swipe` is asked for the next (1) or the previous (-1) picture, when the present one fills no more than the screen. */
export function useZoom(swipe: (step: 1 | -1) => void): Zoom {
  const scale = ref(1)
  const shift = ref({ x: 0, y: 0 })
  const fingers = new Map<number, { x: number; y: number }>()
  let begun: { x: number; y: number; many: boolean } | null = null
  let tapped = 0

  function reset(): void {
    scale.value = 1
    shift.value = { x: 0, y: 0 }
  }

  function by(factor: number): void {
    const next = Math.min(LARGEST, Math.max(1, scale.value * factor))
    const grown = next / scale.value
    scale.value = next
    shift.value = next === 1 ? { x: 0, y: 0 } : { x: shift.value.x * grown, y: shift.value.y * grown }
  }

  function spread(): number {
    const [a, b] = [...fingers.values()]
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0
  }

  function down(event: PointerEvent): void {
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    begun = { x: event.clientX, y: event.clientY, many: fingers.size > 1 || (begun?.many ?? false) }
  }

  function move(event: PointerEvent): void {
    const last = fingers.get(event.pointerId)
    if (!last) return
    const before = spread()
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (fingers.size === 2 && before) by(spread() / before)
    else if (scale.value > 1) {
      shift.value = { x: shift.value.x + event.clientX - last.x, y: shift.value.y + event.clientY - last.y }
    }
  }

  function up(event: PointerEvent): void {
    if (!fingers.delete(event.pointerId) || fingers.size) return
    const [x, y] = [event.clientX - begun!.x, event.clientY - begun!.y]
    const alone = !begun!.many && event.type === 'pointerup'
    begun = null
    if (!alone) return
    if (scale.value === 1 && Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) swipe(x < 0 ? 1 : -1)
    else if (Math.hypot(x, y) < 10) {
      if (event.timeStamp - tapped < DOUBLE_MS) by(scale.value > 1 ? 1 / LARGEST : 2.5)
      tapped = event.timeStamp
    }
  }

  const style = computed(() => ({ transform: `translate(${shift.value.x}px, ${shift.value.y}px) scale(${scale.value})` }))
  return { scale, style, reset, by, down, move, up }
}
