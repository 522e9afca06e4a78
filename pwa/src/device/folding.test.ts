import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'

import { apply, issue, overlay, readSheet, type Operation } from '../sync-core'
import type { OperationRow } from './database'
import { foldRows, forgetFolds } from './folding'

const INSP = '0192f0c8-0000-7000-8000-000000000001'
const REPS = ['0192f0c8-0000-7000-8000-00000000aaaa', '0192f0c8-0000-7000-8000-00000000bbbb']
const POINTS = ['Q01.1', 'Q01.2', 'Q01.3']
const sheet = readSheet({
  inspection: INSP,
  items: [{ code: 'Q01', points: POINTS }],
  parties: [{ person: 'p-0', role: 'lead' }],
})
const at = '2026-11-21T09:30:00.000+08:00'

function row(op: Operation, pos = 0): OperationRow {
  return { insp: INSP, rep: op.rep, seq: op.seq, op, acked: pos ? 1 : 0, pos, st: 'ok', code: '', recv: '', chain: '' }
}

/** What foldRows promises, without anything kept. */
function whole(rows: readonly OperationRow[]) {
  const placed = rows.filter(({ pos }) => pos > 0).sort((a, b) => a.pos - b.pos)
  const log = apply(sheet, placed.map(({ op, st, code }) => [op, { st, code }] as const))
  return overlay(log, rows.filter(({ pos }) => !pos).map(({ op }) => op))
}

const step = fc.record({
  who: fc.nat(1),
  point: fc.constantFrom(...POINTS),
  value: fc.constantFrom('pass', 'fail'),
  // Writing, reading one's own place from the server, and hearing from the other phone.
  then: fc.constantFrom('read', 'place', 'hear', 'nothing'),
})

describe('foldRows', () => {
  beforeEach(forgetFolds)

  it('is the whole fold, whatever was read before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        forgetFolds()
        const mine: OperationRow[] = []
        const theirs: OperationRow[] = []
        let pos = 0
        for (const { who, point, value, then } of steps) {
          const own = who === 0 ? mine : theirs
          const edit = { kind: 'set' as const, register: `ans/${point}`, value: { r: value, why: '' }, at, off: 0 }
          own.push(row(issue(whole(own), { rep: REPS[who]!, usr: `p-${who}` }, edit)))
          if (then === 'place') {
            for (const each of mine) if (!each.pos) each.pos = pos += 1
          }
          if (then === 'hear') {
            for (const { op } of theirs) if (!mine.some((known) => known.op === op)) mine.push(row(op))
          }
          if (then !== 'nothing') expect(foldRows(sheet, mine)).toEqual(whole(mine))
        }
        expect(foldRows(sheet, mine)).toEqual(whole(mine))
      }),
      { numRuns: 200 },
    )
  })

  it('reads anew what a fork has replaced', () => {
    const write = (value: string) =>
      row(issue(apply(sheet, []), { rep: REPS[0]!, usr: 'p-0' }, { kind: 'set', register: 'remark', value, at, off: 0 }))
    expect(foldRows(sheet, [write('甲')]).registers.get('remark')?.heads[0]?.val).toBe('甲')
    expect(foldRows(sheet, [write('乙')]).registers.get('remark')?.heads[0]?.val).toBe('乙')
  })
})
