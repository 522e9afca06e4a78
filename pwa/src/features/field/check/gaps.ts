/** What is still to be settled on a sheet, as places that a thumb can be led to. Pure. */
import type { Missing } from '../../../engine/checklist'

/** Where on the page a register is settled: answers and notes at their point. */
export function placeOf(register: string): string {
  return /^(ans|note)\//.test(register) ? register.slice(register.indexOf('/') + 1) : register
}

/** The places in the order of the page; what belongs to no point stands above all points. */
export function gapsOf(missing: readonly Missing[], conflicts: readonly string[], codes: readonly string[]): string[] {
  const rank = new Map(codes.map((code, index) => [code, index]))
  const places = new Set([...conflicts.map(placeOf), ...missing.map(({ point }) => point)])
  return [...places].sort((a, b) => (rank.get(a) ?? -1) - (rank.get(b) ?? -1))
}

/** The next gap behind a point, or the point itself where it counts as one; behind the last comes the first. */
export function gapAfter(gaps: readonly string[], codes: readonly string[], from: { point: string; itself: boolean } | null): string | undefined {
  if (!from) return gaps[0]
  const rank = new Map(codes.map((code, index) => [code, index]))
  const here = rank.get(from.point) ?? -1
  return gaps.find((gap) => (rank.get(gap) ?? -1) > here || (from.itself && gap === from.point)) ?? gaps[0]
}
