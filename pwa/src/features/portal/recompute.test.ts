import { describe, expect, it } from 'vitest'

import type { Bundle } from './documents'
import { recompute, type Check } from './recompute'

interface Vector {
  about: string
  bundle: Bundle & { mode: string }
  findings: string[]
}

const files = import.meta.glob<Vector>('../../../../schemas/vectors/draws/*.json', { eager: true, import: 'default' })
const vectors = Object.entries(files)
  .filter(([name]) => !name.endsWith('primitives.json'))
  .map(([, vector]) => vector)
const open = vectors.filter(({ bundle }) => bundle.mode === 'open')
// What this page recomputes; grammar, eligibility and substitutions are the command line's part.
const SEEN = new Set(
  ['commitment_digest', 'code', 'code_set', 'seed', 'leaf', 'leaves_order', 'leaf_duplicate', 'pool_root', 'pool_n']
    .concat(['drawn', 'order', 'reserves', 'reserve_order', 'ratio', 'result', 'result_digest', 'assignments']),
)

const failed = (checks: Check[]): string[] => checks.filter((check) => !check.holds).map((check) => check.step)

describe('recompute', () => {
  it.each(open.filter(({ findings }) => !findings.length))('accepts $about', ({ bundle }) => {
    expect(failed(recompute(bundle, bundle.commitment_digest))).toEqual([])
  })

  it.each(open.filter(({ findings }) => findings.some((code) => SEEN.has(code))))('rejects $about', ({ bundle }) => {
    expect(failed(recompute(bundle, bundle.commitment_digest))).not.toEqual([])
  })

  it('rejects a commitment that was not the one published before the event', () => {
    expect(failed(recompute(open[0]!.bundle, '0'.repeat(64)))).toEqual(['commitment'])
  })
})
