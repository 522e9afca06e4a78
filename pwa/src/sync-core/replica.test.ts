// The writing side, and by property: whatever order operations arrive in, the registers end the same and lose nothing.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  apply,
  begin,
  canonical,
  checkOperation,
  conflicts,
  coverOf,
  decide,
  dot,
  InvalidOperation,
  issue,
  merge,
  OK,
  operationHash,
  overlay,
  readOperation,
  readSheet,
  reissue,
  sealStatus,
  signValue,
  step,
  Unresolved,
  withoutControls,
  type InspectionState,
  type Operation,
  type Replica,
} from '.'

const INSPECTION = '01910000-0000-7000-8000-00000000aaaa'
const NOON = '2026-11-21T12:00:00.000Z'
const PHONES: Replica[] = ['a', 'b', 'c'].map((end) => ({ rep: `01920000-0000-7000-8000-00000000000${end}`, usr: end }))
const sheet = readSheet({
  inspection: INSPECTION,
  items: [{ code: 'Q01', points: ['Q01.1', 'Q01.2'] }],
  parties: [{ person: 'a', role: 'lead' }],
})
const [alice, bob] = PHONES as [Replica, Replica, Replica]
const PASS = { r: 'pass', why: '' }
const FAIL = { r: 'fail', why: '' }

function answer(state: InspectionState, who: Replica, value: unknown, register = 'ans/Q01.1'): Operation {
  return issue(state, who, { kind: 'set', register, value: value as null, at: NOON })
}

describe('issue', () => {
  it('chains, counts and replaces what stands', () => {
    const first = answer(begin(sheet), alice, PASS)
    const second = answer(step(begin(sheet), first, OK), alice, FAIL)
    expect([first.seq, first.prev, first.lam, first.sup]).toEqual([1, '', 1, []])
    expect([second.seq, second.prev, second.lam, second.sup]).toEqual([2, operationHash(first), 2, [dot(first)]])
  })
  it('refuses what the protocol does not know', () => {
    expect(() => answer(begin(sheet), alice, 'pass')).toThrow(InvalidOperation)
  })
  it('refuses a control character, which a screen takes out before', () => {
    const pasted = { r: 'fail', why: '一\u000b二\r\n\t三\u0000' }
    expect(() => answer(begin(sheet), alice, pasted)).toThrow(InvalidOperation)
    expect(answer(begin(sheet), alice, withoutControls(pasted)).val).toEqual({ r: 'fail', why: '一二\n\t三' })
  })
})

describe('overlay', () => {
  it('puts unplaced operations of several phones on top in the order of their causes', () => {
    const first = answer(begin(sheet), alice, PASS)
    const second = answer(overlay(begin(sheet), [first]), bob, FAIL)
    const state = overlay(begin(sheet), [second, first, second])
    expect(state.registers.get('ans/Q01.1')!.heads).toEqual([second])
    expect(overlay(state, [first, second])).toBe(state)
  })
  it('leaves out what lacks its predecessor, and whatever claims to be the office', () => {
    const second = answer(overlay(begin(sheet), [answer(begin(sheet), alice, PASS)]), alice, FAIL)
    const offices = ['office', '0ff1ce00-0000-8000-8000-000000000001'].map((rep) => answer(begin(sheet), { rep, usr: 'x' }, PASS))
    expect(overlay(begin(sheet), [second, ...offices])).toEqual(begin(sheet))
  })
  it('foretells what the server will hold', () => {
    const state = signed(overlay(begin(sheet), [answer(begin(sheet), alice, PASS)]))
    expect([state.phase, decide(state, answer(state, bob, FAIL)).code]).toEqual(['sealed', 'rev_sealed'])
  })
})

function signed(state: InspectionState): InspectionState {
  for (const register of sheet.required) {
    const role = register.split('/')[1] as 'lead'
    const value = signValue(state, { role, name: '名', pad: 'a'.repeat(64), strokes: 'b'.repeat(64) })
    state = overlay(state, [issue(state, alice, { kind: 'sign', register, value, at: NOON })])
  }
  return state
}

describe('signValue', () => {
  it('covers all that is known', () => {
    const state = overlay(begin(sheet), [answer(begin(sheet), alice, PASS), answer(begin(sheet), bob, PASS)])
    const value = signValue(state, { role: 'lead', name: '', pad: null, strokes: null })
    expect([value.cover, value.digest]).toEqual([coverOf(state), sealStatus(state).digest])
  })
  it('refuses a record in conflict', () => {
    const state = overlay(begin(sheet), [answer(begin(sheet), alice, PASS), answer(begin(sheet), bob, FAIL)])
    expect(() => signValue(state, { role: 'lead', name: '', pad: null, strokes: null })).toThrow(Unresolved)
  })
})

describe('reissue', () => {
  it('tells the same edits under a new name and leaves signatures behind', () => {
    let state = overlay(begin(sheet), [answer(begin(sheet), alice, PASS)])
    const ops = [...state.registers.values()].flatMap(({ heads }) => heads)
    state = overlay(state, [answer(state, alice, FAIL)])
    ops.push(state.registers.get('ans/Q01.1')!.heads[0]!, issue(state, alice, { kind: 'sign', register: 'sign/lead/a', at: NOON }))
    const again = reissue(begin(sheet), bob, ops)
    expect(again.map((op) => [dot(op), op.val, op.sup])).toEqual([
      [`${bob.rep}:1`, PASS, []],
      [`${bob.rep}:2`, FAIL, [`${bob.rep}:1`]],
    ])
    expect(overlay(begin(sheet), again).registers.get('ans/Q01.1')!.heads).toEqual([again[1]])
  })
})

describe('convergence', () => {
  const edit = fc.record({
    phone: fc.nat(2),
    register: fc.constantFrom('ans/Q01.1', 'note/Q01.1', 'remark'),
    value: fc.constantFrom('甲', '乙', null),
    meets: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
  })

  it('holds for any writing, meeting, order and repetition', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 5, maxLength: 16 }), fc.infiniteStream(fc.nat()), (edits, dice) => {
        const { ops, seenBy } = write(edits)
        const shuffled = [...ops, ...ops.slice(0, 3)]
          .map((op) => ({ op, at: dice.next().value as number }))
          .sort((x, y) => x.at - y.at)
          .map(({ op }) => op)
        const registers = merge(shuffled)
        expect(registers).toEqual(merge(ops))
        for (const [name, { heads }] of registers) {
          const here = ops.filter((op) => op.reg === name)
          const maximal = here.filter((op) => !here.some((other) => seenBy.get(dot(other))!.has(dot(op))))
          expect(new Set(heads)).toEqual(new Set(maximal))
        }
        const log = ops.map((op) => [op, OK] as const)
        const state = apply(sheet, log)
        expect(state.registers).toEqual(registers)
        expect(overlay(begin(sheet), shuffled).registers).toEqual(registers)
        expect(conflicts(state)).toEqual(
          [...registers].filter(([, { heads }]) => new Set(heads.map((op) => canonical(op.val))).size > 1).map(([name]) => name).sort(),
        )
        for (const op of ops) expect(checkOperation(readOperation(JSON.parse(JSON.stringify(op))))).toBe('')
      }),
      { numRuns: 500 },
    )
  }, 60_000)

  interface Edit {
    phone: number
    register: string
    value: string | null
    meets?: number
  }

  /** What the phones write, and which operations each author knew: the account that the registers are held against. */
  function write(edits: Edit[]): { ops: Operation[]; seenBy: Map<string, Set<string>> } {
    const known = PHONES.map(() => new Set<Operation>())
    const states = PHONES.map(() => begin(sheet))
    const learn = (phone: number, news: Operation[]) => {
      states[phone] = overlay(states[phone]!, news)
      news.forEach((op) => known[phone]!.add(op))
    }
    const ops: Operation[] = []
    const seenBy = new Map<string, Set<string>>()
    for (const { phone, register, value, meets = phone } of edits) {
      learn(phone, [...known[meets]!].filter((op) => !known[phone]!.has(op)))
      const text = register.startsWith('ans') && value ? { t: value } : value
      const op = answer(states[phone]!, PHONES[phone]!, text, register)
      seenBy.set(dot(op), new Set([...known[phone]!].map(dot)))
      learn(phone, [op])
      ops.push(op)
    }
    return { ops, seenBy }
  }
})
