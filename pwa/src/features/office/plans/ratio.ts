/** Ratios as people write them: 3%, 0.5 %, 3/100. */
import { readRatio } from './forecast'

const PERCENT = /^([0-9]{1,3})(?:\.([0-9]{1,4}))?\s*[%％]$/

/** The ratio p/q that a text means, or undefined. A fraction is kept as it is written. */
export function ratioOf(text: string): string | undefined {
  const trimmed = text.trim()
  if (readRatio(trimmed)) return trimmed
  const [, whole, digits = ''] = PERCENT.exec(trimmed) ?? []
  if (whole === undefined) return undefined
  const p = BigInt(whole + digits)
  const q = 100n * 10n ** BigInt(digits.length)
  const shared = divisor(p, q)
  const ratio = shared ? `${p / shared}/${q / shared}` : ''
  return readRatio(ratio) ? ratio : undefined
}

function divisor(a: bigint, b: bigint): bigint {
  return b ? divisor(b, a % b) : a
}
