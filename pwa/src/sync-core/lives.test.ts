// Whatever phones, network and server go through, all end with the same record and nothing is lost; and the lives
// that Python lived come out letter for letter the same here (tests/unit/sync/test_both_languages.py runs this file).
import { readFileSync, writeFileSync } from 'node:fs'
import { env } from 'node:process'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import document from '../../../sync/vectors/document.json'
import { apply, atCover, canonical, conflicts, dot, hexDigest, shortHash, snapshot, type Entry, type LogLine } from '.'
import { live, outcome, PASS, type Step, type World } from './simulation'

const LONG = env.SUICHA_LONG === '1'
const phone = fc.nat(2)
const point = fc.constantFrom('Q01.1', 'Q01.2')
const answer = fc.constantFrom(PASS, { r: 'fail', why: '' }, { r: 'na', why: '无此设备' }, null)
const how = fc.constantFrom('ok', 'ok', 'ok', 'request lost', 'response lost', 'doubled', 'delayed', 'own only')
const deed = (name: string, ...details: fc.Arbitrary<unknown>[]): fc.Arbitrary<Step> =>
  fc.tuple(fc.constant(name), ...details) as fc.Arbitrary<Step>

// Ordinary work comes several times, or most lives would be over at the first seal.
const ordinary = [deed('edit', phone, point, answer), deed('both', phone, point, answer, answer), deed('push', phone, how), deed('pull', phone, how)]
const STEPS = fc.oneof(
  ...ordinary,
  ...ordinary,
  ...ordinary,
  deed('meet', phone),
  deed('meet', phone),
  deed('exchange', phone),
  deed('deliver', fc.nat(5)),
  deed('dies unsaved', phone, point),
  deed('server crash', fc.constantFrom('before commit', 'after commit')),
  deed('backup'),
  deed('restore'),
  deed('seal', phone),
  deed('sign offline', phone, fc.integer({ min: 1, max: 3 })),
  deed('submit', phone),
  deed('return', fc.subarray(['Q01.1', 'Q01.2'])),
  deed('decide', fc.constantFrom('admit', 'dismiss'), fc.nat(5)),
  deed('newer', phone),
)
const LIVES = fc.array(STEPS, { minLength: 25, maxLength: 60, size: 'max' })

describe('a life', () => {
  it('ends with the same record for everybody and loses nothing', () => {
    fc.assert(fc.property(LIVES, (steps) => judge(live(document, steps))), { numRuns: LONG ? 5_000 : 300 })
  }, LONG ? 3_600_000 : 300_000)

  const exchange = env.SUICHA_LIVES
  it.runIf(exchange)('is the same in Python, and Python is told of ours', () => {
    const { lives, count, seed } = JSON.parse(readFileSync(exchange!, 'utf-8')) as {
      lives: { steps: Step[]; outcome: string }[]
      count: number
      seed: number
    }
    lives.forEach(({ steps, outcome: theirs }, index) => {
      const ours = outcome(live(document, steps))
      if (ours !== theirs) expect(JSON.parse(ours), `life ${index}`).toEqual(JSON.parse(theirs))
      expect(ours === theirs, `life ${index}`).toBe(true)
    })
    const told = fc.sample(LIVES, { numRuns: count, seed }).map((steps) => ({ steps, outcome: outcome(live(document, steps)) }))
    writeFileSync(`${exchange!}.answer`, JSON.stringify(told))
  }, LONG ? 3_600_000 : 300_000)
})

/** What must be true of a world that has come to rest; told by rules of its own wherever that can be. */
function judge(world: World): void {
  const { entries, state } = world.server
  everybodyHasEverything(world, entries)
  for (const [name, hashes] of world.server.given) expect(hashes.size, `${name} named two contents`).toBe(1)
  const counts = counting(entries)
  const ops = new Map(entries.map(({ op }) => [dot(op), op]))
  const clashing: string[] = []
  for (const register of registersOf(world, counts)) {
    const standing = world.standing(counts, register)
    expect(new Set(state.registers.get(register)!.heads.map(dot))).toEqual(standing)
    if (new Set([...standing].map((name) => canonical(ops.get(name)!.val))).size > 1) clashing.push(register)
  }
  expect(conflicts(state)).toEqual(clashing)
  const waiting = entries.filter(({ st }) => st === 'held').map(({ op }) => dot(op))
  const decided = new Set(decisions(entries, ['admit', 'dismiss']))
  expect(new Set(state.held.keys())).toEqual(new Set(waiting.filter((name) => !decided.has(name))))
  revisionsFreeze(world, entries)
  for (const seal of state.seals) sealHolds(world, entries, seal)
}

function everybodyHasEverything(world: World, entries: Entry[]): void {
  expect(new Set(entries.map(({ op }) => dot(op))).size).toBe(entries.length)
  let chain = ''
  entries.forEach(({ pos, st, code, op, chain: told }, index) => {
    chain = shortHash(`${chain}|${shortHash(canonical(op))}|${st === 'held' ? `held:${code}` : st}`)
    expect([pos, told]).toEqual([index + 1, chain])
  })
  const replayed = apply(world.sheet, lines(entries))
  expect(world.server.state).toEqual(replayed)
  for (const one of world.phones) {
    const placed = entries.filter(({ op }) => op.rep === one.replica.rep).map(({ op }) => op)
    expect(placed, 'an operation was lost, changed or moved').toEqual(one.own)
    expect(one.log).toEqual(entries)
    expect(one.state).toEqual(replayed)
    expect(one.view()).toEqual(replayed)
  }
}

function lines(entries: readonly Entry[]): LogLine[] {
  return entries.map(({ op, st, code }) => [op, { st, code }])
}

function decisions(entries: readonly Entry[], kinds: string[]): string[] {
  const taken = entries.filter(({ st, op }) => st === 'ok' && kinds.includes(op.k))
  return taken.map(({ op }) => (op.val as { op: string }).op)
}

/** The answers that count: taken in as ok, or admitted later. */
function counting(entries: readonly Entry[]): Set<string> {
  const admitted = new Set(decisions(entries, ['admit']))
  const sets = entries.filter(({ op, st }) => op.k === 'set' && (st === 'ok' || admitted.has(dot(op))))
  return new Set(sets.map(({ op }) => dot(op)))
}

function registersOf(world: World, counts: ReadonlySet<string>): string[] {
  return [...new Set([...counts].map((name) => world.shown.get(name)!.register))].sort()
}

/** Between a complete seal and the return nothing is written, and every writing is of the open revision. */
function revisionsFreeze(world: World, entries: readonly Entry[]): void {
  let rev = 1
  entries.forEach(({ op, st, code }, index) => {
    if (st === 'held') return expect(code).not.toBe('')
    const sealed = world.server.state.seals.filter(({ head }) => head <= index).length >= rev
    expect(op.rev, 'written into another revision').toBe(rev)
    if (sealed) expect(['set', 'sign', 'admit'], 'written into a sealed record').not.toContain(op.k)
    else expect(['submit', 'review.return'], 'passed on unsealed').not.toContain(op.k)
    if (op.k === 'review.return') rev += 1
  })
}

/** Each signature covers all that counted then, and its digest is that of the record told by the oracle. */
function sealHolds(world: World, entries: readonly Entry[], seal: World['server']['state']['seals'][number]): void {
  const then = entries.slice(0, seal.head)
  const ops = new Map(then.map(({ op }) => [dot(op), op]))
  const counts = counting(then)
  const told = registersOf(world, counts).map((name) => [name, ops.get([...world.standing(counts, name)][0]!)!.val] as const)
  const digest = hexDigest({
    schema: 1,
    inspection: world.sheet.inspection,
    rev: seal.rev,
    checklist: world.sheet.checklist,
    registers: Object.fromEntries(told.filter(([, value]) => value !== null)),
    blobs: [],
    parties: document.parties,
  })
  expect(seal.digest).toBe(digest)
  const needed = [...counts, ...then.filter(({ op, st }) => st === 'ok' && op.k === 'admit').map(({ op }) => dot(op))]
  for (const name of Object.values(seal.signatures)) {
    const { cover, digest: signed } = ops.get(name)!.val as { cover: Record<string, number>; digest: string }
    expect(signed).toBe(digest)
    for (const seen of needed.map((one) => ops.get(one)!)) expect(seen.seq).toBeLessThanOrEqual(cover[seen.rep] ?? 0)
  }
  expect(hexDigest(snapshot(atCover(world.sheet, lines(entries), seal.cover)))).toBe(digest)
}
