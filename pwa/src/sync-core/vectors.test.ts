// The cases that both languages must agree on; sync/README.md says what each file holds.
import { describe, expect, it, test } from 'vitest'
import {
  admit,
  apply,
  atCover,
  begin,
  canonical,
  checkBatch,
  checkNew,
  checkOperation,
  conflicts,
  decide,
  dot,
  held,
  hexDigest,
  inConflict,
  isOpen,
  MalformedOperation,
  merge,
  namedBlobs,
  NotCanonical,
  operationHash,
  readOperation,
  readSheet,
  sealStatus,
  shortHash,
  snapshot,
  step,
  Unresolved,
  verifyEntries,
  type Circumstances,
  type Cover,
  type Entry,
  type InspectionState,
  type LogLine,
  type Operation,
  type SheetDocument,
} from '.'

const files = import.meta.glob<string>('../../../sync/vectors/*.json', { query: '?raw', import: 'default', eager: true })
const seen = new Set<string>()

function load<T>(name: string): T {
  seen.add(name)
  return JSON.parse(files[`../../../sync/vectors/${name}.json`]!) as T
}

const manifest = load<Record<string, number>>('manifest')
const sheet = readSheet(load<SheetDocument>('document'))

function cases<T>(name: string): T[] {
  const loaded = load<T[]>(name)
  test(`${name} is whole`, () => expect(loaded).toHaveLength(manifest[name]!))
  return loaded
}

describe('canonical JSON', () => {
  interface Case {
    name: string
    text: string
    canonical: string | null
    hash: string | null
  }
  const all = cases<Case>('canonical')
  it.each(all.filter((one) => !one.name.startsWith('generated')))('$name', check)
  it('agrees on every generated value', () => all.forEach(check))

  function check(one: Case): void {
    if (one.canonical === null) return void expect(() => canonical(JSON.parse(one.text))).toThrow(NotCanonical)
    expect(canonical(JSON.parse(one.text))).toBe(one.canonical)
    expect(shortHash(one.canonical)).toBe(one.hash)
  }

  it.each([undefined, () => 1, Symbol('x'), NaN, new Date(0), [undefined], { a: undefined }, 10n])(
    'refuses what is not JSON: %s',
    (value) => expect(() => canonical(value)).toThrow(NotCanonical),
  )
})

describe('operations', () => {
  const all = cases<{ op: Operation; check: string; new: string; hash: string; raw: unknown; malformed?: true }>('operations')
  it('are hashed and judged alike', () => {
    for (const { op, check, hash, new: fresh } of all.filter((one) => !one.malformed)) {
      expect(readOperation(op)).toBe(op)
      expect([operationHash(op), checkOperation(op), checkNew(op)], JSON.stringify(op)).toEqual([hash, check, fresh])
    }
  })
  it('are refused when they cannot be chained', () => {
    for (const { raw } of all.filter((one) => one.malformed))
      expect(() => readOperation(raw), JSON.stringify(raw)).toThrow(MalformedOperation)
  })
})

describe('histories', () => {
  interface History {
    name: string
    ops: Operation[]
    registers: Record<string, { heads: string[]; conflict: boolean }>
  }
  it.each(cases<History>('histories'))('$name', ({ ops, registers }) => {
    for (const order of [ops, [...ops].reverse(), [...ops, ...ops]]) {
      const merged = [...merge(order)].map(([name, register]) => [
        name,
        { heads: register.heads.map(dot), conflict: inConflict(register) },
      ])
      expect(Object.fromEntries(merged)).toEqual(registers)
    }
  })
})

describe('phases', () => {
  type Given = { phase: string; rev: number; current_rev: number; check?: string } & Record<string, unknown>
  const all = cases<{ kind: string; given: Given; expect: string }>('phases')
  it.each(all)('$kind $given: $expect', ({ kind, given, expect: expected }) => {
    const camel = Object.entries(given).map(([name, value]) => [name.replace(/_(.)/g, (_, c) => c.toUpperCase()), value])
    const { st, code } = admit(kind, Object.fromEntries(camel) as Circumstances)
    expect(code || st).toBe(expected)
  })

  const registers = cases<{ register: string; points: string[] | null; open: boolean }>('open_registers')
  it.each(registers)('$register after a return of $points: $open', ({ register, points, open }) => {
    expect(isOpen(register, points && new Set(points), sheet.items)).toBe(open)
  })
})

describe('stories', () => {
  interface Story {
    name: string
    log: [Operation, 'ok' | 'held', string][]
    end: Record<string, unknown>
    chain: string
    lam: number
    blobs: string[]
    seals: unknown[]
    covers: { cover: Cover; rev: number; phase: string; digest: string | null }[]
  }
  it.each(cases<Story>('stories'))('$name', (story) => {
    const log: LogLine[] = story.log.map(([op, st, code]) => [op, { st, code }])
    let state = begin(sheet)
    for (const [op, status] of log) {
      const circumstances = [status.code !== 'unassigned', status.code !== 'replica_revoked'] as const
      expect(decide(state, op, ...circumstances)).toEqual(status)
      state = step(state, op, status)
    }
    expect(state).toEqual(apply(sheet, log))
    expect(end(state)).toEqual(story.end)
    expect([state.chain, state.lam, state.head]).toEqual([story.chain, story.lam, log.length])
    expect([...namedBlobs(state)].sort()).toEqual(story.blobs)
    expect(state.seals).toEqual(story.seals)
    for (const { cover, rev, phase, digest } of story.covers) {
      const then = atCover(sheet, log, cover)
      expect([then.rev, then.phase, digestOf(then)]).toEqual([rev, phase, digest])
    }
    expect(verifyEntries(0, '', entries(log))).toBe(story.chain)
  })

  function end(state: InspectionState): Record<string, unknown> {
    const status = sealStatus(state)
    expect(conflicts(state)).toEqual(status.conflicts)
    return {
      phase: state.phase,
      rev: state.rev,
      conflicts: status.conflicts,
      missing: status.missing,
      void: status.void,
      seals: state.seals.length,
      held: Object.fromEntries([...state.held].map(([name, { code }]) => [name, code])),
    }
  }

  function digestOf(state: InspectionState): string | null {
    try {
      return hexDigest(snapshot(state))
    } catch (error) {
      if (error instanceof Unresolved) return null
      throw error
    }
  }

  function entries(log: LogLine[]): Entry[] {
    return log.map(([op, status], index) => ({
      ...status,
      op,
      pos: index + 1,
      recv: op.at,
      chain: apply(sheet, log.slice(0, index + 1)).chain,
    }))
  }
})

describe('batches', () => {
  interface Batch {
    name: string
    known: Record<string, string>
    ops: Operation[]
    expect: { duplicates: number[]; fresh: number[] } | { gap: number } | { fork: number }
  }
  it.each(cases<Batch>('batches'))('$name', ({ known, ops, expect: expected }) => {
    const answer = checkBatch(new Map(Object.entries(known).map(([seq, hash]) => [Number(seq), hash])), ops)
    if (answer.result === 'gap') return expect({ gap: answer.expect }).toEqual(expected)
    if (answer.result === 'fork') return expect({ fork: answer.seq }).toEqual(expected)
    expect({ duplicates: answer.duplicates, fresh: answer.fresh.map((op) => op.seq) }).toEqual(expected)
  })
})

test('every vector file is read, and held is what it says', () => {
  expect([...seen].sort()).toEqual(Object.keys(files).map((path) => /(\w+)\.json$/.exec(path)![1]).sort())
  expect(Object.keys(manifest).sort()).toEqual([...seen].filter((name) => !/manifest|document/.test(name)).sort())
  expect(held('x')).toEqual({ st: 'held', code: 'x' })
})
