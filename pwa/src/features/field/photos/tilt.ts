/** How the phone is held. The app is locked upright, so a camera held sideways gives a picture that lies on its side. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

import type { Turn } from './pictures'

/**
 * The turn that sets a picture upright, from the tilt of a DeviceOrientationEvent and the angle of the screen.
 * Null when the phone lies too flat to say.
 */
export function turnOf(beta: number, gamma: number, screenAngle: number): Turn | null {
  const [b, g] = [(beta * Math.PI) / 180, (gamma * Math.PI) / 180]
  // Where up is, along the screen's natural right and top edges.
  const [x, y] = [-Math.cos(b) * Math.sin(g), Math.sin(b)]
  if (Math.hypot(x, y) < 0.4) return null
  // Up at the right edge: the phone was turned to the left, so the picture goes a quarter back, three quarters on.
  const held = Math.abs(y) >= Math.abs(x) ? (y > 0 ? 0 : 2) : x > 0 ? 3 : 1
  return ((held + screenAngle / 90) % 4) as Turn
}

/** Follows how the phone is held; 0 where the browser does not say without being asked (iOS). */
export function useTurn(): Readonly<ShallowRef<Turn>> {
  const turn = shallowRef<Turn>(0)
  const follow = ({ beta, gamma }: DeviceOrientationEvent): void => {
    if (beta === null || gamma === null) return
    turn.value = turnOf(beta, gamma, screen.orientation?.angle ?? 0) ?? turn.value
  }
  addEventListener('deviceorientation', follow)
  onScopeDispose(() => removeEventListener('deviceorientation', follow))
  return turn
}
