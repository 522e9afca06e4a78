import 'fake-indexeddb/auto'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { FieldDatabase, type OperationRow } from './database'
import { keepBriefs } from './exchange'
import { keptUntil, prune, wipeReceipted } from './retention'

const NOW = new Date('2026-11-21T00:00:00Z')
const OLD = '2026-10-01T00:00:00Z'
const KEY = new Uint8Array(32).fill(7)
const SHARED = 'f'.repeat(64)

/** An inspection on the device; by default closed long ago and wholly on the server. */
interface Put {
  state: string
  changed_at: string
  acked: 0 | 1
  pos: number
  uploaded: 0 | 1
  fork: boolean
  carried: string | null
  head: number
}
const ALL: Put = { state: 'published', changed_at: OLD, acked: 1, pos: 1, uploaded: 1, fork: false, carried: null, head: 1 }

async function put(db: FieldDatabase, id: string, given: Partial<Put> = {}): Promise<void> {
  const { state, changed_at, acked, pos, uploaded, fork, carried, head } = { ...ALL, ...given }
  const op = { insp: id, rep: 'r', seq: 1 } as OperationRow['op']
  await db.inspections.put({ id, head, chain: 'c', brief: { id, state, changed_at, head: 1, chain: 'c' } })
  await db.packets.put({ id, packet: {}, sheet: {} as never })
  await db.operations.put({ insp: id, rep: 'r', seq: 1, op, acked, pos, st: 'ok', code: '', recv: '', chain: '' })
  for (const sha256 of [`${id}-photo`, SHARED]) {
    await db.files.put({ insp: id, sha256, mime: 'image/jpeg', size: 1, uploaded, sent: uploaded })
    await db.bytes.put({ sha256, bytes: new ArrayBuffer(1) })
  }
  if (fork) await db.forks.add({ insp: id, rep: 'r', ops: [op], reissued: 0 })
  if (carried !== null) await db.carried.add({ insp: id, rep: 'q', title: '', code: carried, batch: { insp: id, rep: 'q', ops: [op], sig: '' } })
}

let count = 0
const open = (): FieldDatabase => new FieldDatabase(`retention-${(count += 1)}`, KEY)
const left = async (db: FieldDatabase): Promise<string[]> => (await db.inspections.toCollection().primaryKeys()).sort()

describe('prune', () => {
  it('takes what is closed, past and on the server, and nothing else', async () => {
    const db = open()
    await put(db, 'gone')
    await put(db, 'kept-carried-stored', { carried: '' })
    await put(db, 'open', { state: 'approved' })
    await put(db, 'recent', { changed_at: '2026-11-01T00:00:00Z' })
    await put(db, 'unsent', { acked: 0, pos: 0 })
    await put(db, 'unread', { pos: 0 })
    await put(db, 'unsent-photo', { uploaded: 0 })
    await put(db, 'torn', { fork: true })
    await put(db, 'behind', { head: 0 })
    expect(await prune(db, NOW)).toBe(1)
    expect(await left(db)).toEqual(['behind', 'kept-carried-stored', 'open', 'recent', 'torn', 'unread', 'unsent', 'unsent-photo'])
    // Bytes that another inspection still needs stay.
    expect([await db.bytes.get('gone-photo'), (await db.bytes.get(SHARED))?.bytes.byteLength]).toEqual([undefined, 1])
    expect(await db.operations.where({ insp: 'gone' }).count()).toBe(0)
    // The next list does not bring it back.
    await keepBriefs(db, [{ id: 'gone', state: 'published', changed_at: OLD, head: 1, chain: 'c' }], NOW)
    expect(await db.inspections.get('gone')).toBeUndefined()
  })

  it('says until when', () => {
    expect(keptUntil({ state: 'signed_off', changed_at: '2026-10-22T00:00:00Z' })).toEqual(NOW)
    expect(keptUntil({ state: 'on_site', changed_at: OLD })).toBeNull()
  })
})

describe('wipeReceipted', () => {
  it('leaves on a revoked phone only what has no receipt', async () => {
    const db = open()
    await put(db, 'open', { state: 'on_site' })
    await put(db, 'unsent', { state: 'on_site', acked: 0, pos: 0 })
    await put(db, 'unsent-photo', { state: 'on_site', uploaded: 0 })
    expect(await wipeReceipted(db)).toBe(2)
    expect(await left(db)).toEqual(['unsent', 'unsent-photo'])
    expect((await db.bytes.get('unsent-photo'))?.bytes.byteLength).toBe(1)
  })
})

describe('both', () => {
  it('never take anything unsent, whatever else is on the phone', { timeout: 60_000 }, async () => {
    const given = fc.record({
      state: fc.constantFrom('assigned', 'on_site', 'approved', 'signed_off', 'published'),
      changed_at: fc.constantFrom(OLD, '2026-11-20T00:00:00Z'),
      acked: fc.constantFrom<0 | 1>(0, 1),
      pos: fc.constantFrom(0, 1),
      uploaded: fc.constantFrom<0 | 1>(0, 1),
      fork: fc.boolean(),
      carried: fc.constantFrom(null, '', 'stored', 'refused'),
      head: fc.constantFrom(0, 1),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 5 }), fc.boolean(), async (all, wiping) => {
        const db = open()
        for (const [index, each] of all.entries()) await put(db, `i${index}`, each)
        const unsent = async () => [
          await db.operations.filter(({ acked, pos }) => !acked || !pos).count(),
          await db.files.where({ uploaded: 0 }).count(),
          await db.forks.where({ reissued: 0 }).count(),
          await db.carried.filter(({ code }) => code !== 'stored').count(),
        ]
        const before = await unsent()
        await (wiping ? wipeReceipted(db) : prune(db, NOW))
        expect(await unsent()).toEqual(before)
        for (const { sha256 } of await db.files.toArray()) expect(await db.bytes.get(sha256)).toBeDefined()
        await db.delete()
      }),
      { numRuns: 40 },
    )
  })
})
