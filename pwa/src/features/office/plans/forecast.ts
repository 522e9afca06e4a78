/**
 * What a draft adds up to as its ratios move: sizes come from the server once for a scope, quotas are made here.
 * Twin of backend/plans/rules/adding_up.py; both run schemas/vectors/forecast.json.
 */
import type { Condition } from '../../../engine/conditions'
import type { Cell, Share, Stratum } from './plans'

export const LEAST_COVERAGE = '1/20'
export const LEAST_RISK_USE = '3/5'

const RATIO = /^[1-9][0-9]{0,8}\/[1-9][0-9]{0,8}$/

/** Numerator and denominator of p/q with 0 < p/q ≤ 1, or undefined where the text is no such ratio. */
export function readRatio(text: string | null): [bigint, bigint] | undefined {
  if (text === null || !RATIO.test(text)) return undefined
  const [p, q] = text.split('/').map(BigInt) as [bigint, bigint]
  return p <= q ? [p, q] : undefined
}

/** How many of n objects a stratum gives: its ratio rounded up, or its number as far as there are as many. */
export function quotaOf(n: number, { ratio, number }: Pick<Stratum, 'ratio' | 'number'>): number {
  if (ratio === null) return Math.min(n, number ?? 0)
  const read = readRatio(ratio)
  if (!read) return 0
  const [p, q] = read
  return Number((BigInt(n) * p + q - 1n) / q)
}

export interface Load {
  n: number
  k: number
  per_inspector: number | null
}

/** For each region its objects, the visits to expect, and the seats that each active inspector fills. */
export function regionLoads(
  cells: Cell[],
  quotas: Record<string, number>,
  seats: number,
  inspectors: Record<string, number>,
): Record<string, Load> {
  const sizes: Record<string, number> = {}
  for (const { stratum, n } of cells) sizes[stratum] = (sizes[stratum] ?? 0) + n
  const found: Record<string, { n: number; parts: [number, number][] }> = {}
  for (const { stratum, region, n } of cells) {
    const row = (found[region] ??= { n: 0, parts: [] })
    row.n += n
    if (n) row.parts.push([(quotas[stratum] ?? 0) * n, sizes[stratum]!])
  }
  return Object.fromEntries(
    Object.keys(found)
      .sort()
      .map((region) => {
        const { n, parts } = found[region]!
        const [p, q] = sum(parts)
        const active = inspectors[region] ?? 0
        return [region, { n, k: hundredths(p, q), per_inspector: active ? hundredths(p * BigInt(seats), q * BigInt(active)) : null }]
      }),
  )
}

/** A sum of fractions, exactly. */
function sum(parts: [number, number][]): [bigint, bigint] {
  return parts.reduce<[bigint, bigint]>(([p, q], [a, b]) => [p * BigInt(b) + BigInt(a) * q, q * BigInt(b)], [0n, 1n])
}

/** p/q in hundredths, half up. */
function hundredths(p: bigint, q: bigint): number {
  return Number((p * 200n + q) / (q * 2n)) / 100
}

/** A part of a whole and whether it is as much as it should be; nothing of nothing is enough. */
export function shareOf(part: number, whole: number, least: string): Share {
  const [p, q] = least.split('/').map(Number) as [number, number]
  return { part, whole, least, enough: part * q >= p * whole }
}

/** Whether a condition asks for that fact anywhere. */
export function looksAt(condition: Condition, fact: string): boolean {
  if (condition === null) return false
  if ('all' in condition) return condition.all.some((part) => looksAt(part, fact))
  if ('any' in condition) return condition.any.some((part) => looksAt(part, fact))
  if ('not' in condition) return looksAt(condition.not, fact)
  return 'fact' in condition && condition.fact === fact
}
