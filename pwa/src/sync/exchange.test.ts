import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { ProblemError } from '../api/client'
import type { Brief } from '../api/fieldwork'
import { FieldDatabase } from '../device/database'
import { listInspections, releaseRefused } from '../device/exchange'
import { readState, record } from '../device/records'
import { issue, apply, readSheet, valueOf, type Replica } from '../sync-core'
import { Interrupted, type SyncContext } from './context'
import { exchange } from './exchange'
import { PretendServer, sampleDocument, silence } from './pretend-server'

const A = '0192f0c8-0000-7000-8000-000000000001'
const B = '0192f0c8-0000-7000-8000-000000000002'
const MINE: Replica = { rep: '0192f0c8-0000-7000-8000-00000000aaaa', usr: 'p-1' }
const OTHER: Replica = { rep: '0192f0c8-0000-7000-8000-00000000bbbb', usr: 'p-2' }
const FRESH = '0192f0c8-0000-7000-8000-00000000cccc'
const AT = '2026-11-21T10:00:00+08:00'

const WELL = { failed: 0, aside: 0, photosWait: false }

let db: FieldDatabase
let server: PretendServer
let context: SyncContext
let count = 0

beforeEach(() => {
  count += 1
  db = new FieldDatabase(`test-${count}`, new Uint8Array(32).fill(7))
  server = new PretendServer([A, B])
  let me = MINE
  context = {
    db,
    client: server.client,
    author: () => me,
    sign: async () => 'x'.repeat(86),
    replaceReplica: async () => (me = { rep: FRESH, usr: MINE.usr }),
    reach: async () => 'reachable',
    onWifi: () => null,
    at: () => undefined,
    upload: async (file, _bytes, confirmed) => {
      confirmed(file.size)
      server.files.add(file.sha256)
    },
    clock: () => new Date('2026-11-21T02:00:01.000Z'),
    app: 'test',
  }
})
afterEach(() => db.delete())

const answer = (insp: string, r: string, point = 'Q01.1') =>
  record(db, { insp, author: context.author(), at: AT, off: null, edit: () => ({ kind: 'set', register: `ans/${point}`, value: { r, why: '' } }) })
const standing = async (insp: string, point = 'Q01.1') => {
  const register = (await readState(db, insp)).registers.get(`ans/${point}`)
  return register && valueOf(register)
}
const unsent = () => db.operations.where({ acked: 0 }).count()
const other = (insp: string, r: string, state = apply(readSheet(sampleDocument(insp)), [])) =>
  issue(state, OTHER, { kind: 'set', register: 'ans/Q01.1', value: { r, why: '' }, at: AT })

describe('exchange', () => {
  it('takes along packets and then works without the server', async () => {
    await exchange(context)
    server.trouble = silence
    await answer(A, 'pass')
    expect(await standing(A)).toEqual({ r: 'pass', why: '' })
    expect(await unsent()).toBe(1)
    await expect(exchange(context)).rejects.toMatchObject({ why: 'offline' })
    expect(await unsent()).toBe(1)
  })

  it('sends what was written, and reads it back with its place', async () => {
    await exchange(context)
    await answer(A, 'pass')
    await answer(A, 'fail', 'Q01.2')
    expect(await exchange(context)).toEqual(WELL)
    expect(await unsent()).toBe(0)
    const rows = await db.operations.where({ insp: A }).toArray()
    expect(rows.map(({ pos, acked }) => [pos, acked])).toEqual([[1, 1], [2, 1]])
    expect((await listInspections(db))[0]).toMatchObject({ head: 2, chain: server.logs.get(A)![1]!.chain })
  })

  it('sends again after an answer that got lost, without doubling anything', async () => {
    await exchange(context)
    await answer(A, 'pass')
    server.loss = (path) => path.endsWith('/ops') && silence()
    await expect(exchange(context)).rejects.toBeInstanceOf(Interrupted)
    expect(server.logs.get(A)).toHaveLength(1)
    expect(await unsent()).toBe(1)
    server.loss = () => undefined
    await exchange(context)
    expect(server.logs.get(A)).toHaveLength(1)
    expect(await unsent()).toBe(0)
  })

  it('keeps both values when another phone answered differently', async () => {
    await exchange(context)
    await answer(A, 'pass')
    server.add(A, other(A, 'fail'))
    await exchange(context)
    const register = (await readState(db, A)).registers.get('ans/Q01.1')!
    expect(register.heads.map(({ usr }) => usr).sort()).toEqual(['p-1', 'p-2'])
    // Choosing names all heads and so settles it.
    await answer(A, 'fail')
    await exchange(context)
    expect(await standing(A)).toEqual({ r: 'fail', why: '' })
  })

  it('goes on with the other records when one is refused', async () => {
    await exchange(context)
    await answer(A, 'pass')
    await answer(B, 'pass')
    server.trouble = (method, path) => {
      if (method === 'POST' && path.includes(A)) throw new ProblemError(422, { code: 'fieldwork.malformed-batch', detail: 'no' })
    }
    expect(await exchange(context)).toEqual({ ...WELL, aside: 1 })
    expect(await db.transfers.get(A)).toMatchObject({ code: 'fieldwork.malformed-batch', detail: 'no', aside: 'test' })
    expect(server.logs.get(B)).toHaveLength(1)
    // Set aside: it is not asked for again by itself, and still shown.
    server.trouble = () => undefined
    expect(await exchange(context)).toEqual({ ...WELL, aside: 1 })
    expect(server.logs.get(A)).toHaveLength(0)
    await releaseRefused(db, A)
    expect(await exchange(context)).toEqual(WELL)
    expect(server.logs.get(A)).toHaveLength(1)
    expect(await db.transfers.get(A)).toBeUndefined()
  })

  it('halves a batch that is too large', async () => {
    await exchange(context)
    for (let index = 0; index < 5; index += 1) await answer(A, index % 2 ? 'pass' : 'fail')
    let largest = 4
    const { client } = server
    context.client = {
      ...client,
      post: async (path, body) => {
        if ((body as { ops: unknown[] }).ops.length > largest) throw new ProblemError(413, { code: 'fieldwork.batch-too-large' })
        largest = Math.min(largest, (body as { ops: unknown[] }).ops.length)
        return client.post(path, body)
      },
    }
    await exchange(context)
    expect(server.logs.get(A)).toHaveLength(5)
  })

  it('reads from the beginning and sends again when the server came back from a backup', async () => {
    await exchange(context)
    await answer(A, 'pass')
    await answer(A, 'fail')
    await exchange(context)
    server.logs.set(A, [])
    server.add(A, other(A, 'pass'))
    await exchange(context)
    await exchange(context)
    expect(server.logs.get(A)!.map(({ op }) => op.rep)).toEqual([OTHER.rep, MINE.rep, MINE.rep])
    expect(await unsent()).toBe(0)
  })

  it('writes its unsent work under a new replica after a fork, and keeps the refused branch', async () => {
    await exchange(context)
    const twin = issue(apply(readSheet(sampleDocument(A)), []), MINE, { kind: 'set', register: 'remark', value: 'x', at: AT })
    server.add(A, twin)
    await answer(A, 'pass')
    await answer(B, 'fail')
    await exchange(context)
    expect(server.logs.get(B)!.map(({ op }) => op.rep)).toEqual([FRESH])
    expect(server.logs.get(A)!.map(({ op }) => op.rep)).toEqual([MINE.rep, FRESH])
    expect(await standing(A)).toEqual({ r: 'pass', why: '' })
    expect((await db.forks.toArray()).find(({ insp }) => insp === A)!.ops).toHaveLength(1)
    expect(await unsent()).toBe(0)
  })

  it('keeps a branch that it may not write any more, and mends the others', async () => {
    await exchange(context)
    for (const insp of [A, B]) {
      server.add(insp, issue(apply(readSheet(sampleDocument(insp)), []), MINE, { kind: 'set', register: 'remark', value: 'x', at: AT }))
      await answer(insp, 'pass')
    }
    server.trouble = (method, path) => {
      if (path.includes(A) && method === 'GET') throw new ProblemError(404, { code: 'foundation.not-found', detail: 'gone' })
    }
    expect(await exchange(context)).toEqual({ ...WELL, failed: 1 })
    expect(await db.transfers.get(A)).toMatchObject({ detail: 'gone' })
    expect(server.logs.get(B)!.map(({ op }) => op.rep)).toEqual([MINE.rep, FRESH])
    expect((await db.forks.toArray()).filter(({ insp }) => insp === A).flatMap(({ ops }) => ops)).toHaveLength(1)
    server.trouble = () => undefined
    expect(await exchange(context)).toEqual(WELL)
    expect(server.logs.get(A)!.map(({ op }) => op.rep)).toEqual([MINE.rep, FRESH])
  })

  it('keeps everything and goes on reading when the phone is revoked', async () => {
    await exchange(context)
    await answer(A, 'pass')
    server.add(B, other(B, 'fail'))
    server.trouble = (method, path) => {
      if (method === 'POST' && path.endsWith('/ops')) throw new ProblemError(410, { code: 'fieldwork.replica-revoked' })
    }
    await expect(exchange(context)).rejects.toMatchObject({ why: 'revoked' })
    expect(await unsent()).toBe(1)
    expect(await standing(B)).toEqual({ r: 'fail', why: '' })
  })

  it('says what went to a substitute, sends what was written there, and asks no more', async () => {
    await exchange(context)
    await answer(A, 'pass')
    server.withdrawn.add(A)
    expect(await exchange(context)).toEqual(WELL)
    expect(server.logs.get(A)).toHaveLength(1)
    expect(await unsent()).toBe(0)
    expect((await listInspections(db)).map(({ id, withdrawn }) => [id, withdrawn ?? false])).toEqual([
      [A, true],
      [B, false],
    ])
    server.requests = []
    await exchange(context)
    expect(server.requests.filter((request) => request.includes(A))).toEqual([])
    // Who comes back, as a substitute for somebody else, has it again.
    server.withdrawn.clear()
    await exchange(context)
    expect((await listInspections(db)).some(({ withdrawn }) => withdrawn)).toBe(false)
  })

  it('leaves in peace what is submitted, although it is in nobody\'s hand', async () => {
    await exchange(context)
    await db.inspections.where({ id: B }).modify((row) => void ((row.brief as Brief).state = 'submitted'))
    server.withdrawn.add(B)
    await exchange(context)
    expect((await listInspections(db)).some(({ withdrawn }) => withdrawn)).toBe(false)
  })

  it('sends files after operations and keeps their progress', async () => {
    await exchange(context)
    const bytes = new ArrayBuffer(10)
    await record(db, {
      insp: A,
      author: MINE,
      at: AT,
      off: null,
      edit: () => ({ kind: 'set', register: 'remark', value: 'x' }),
      files: [{ sha256: 'a'.repeat(64), mime: 'image/jpeg', bytes }],
    })
    const upload = context.upload
    context.upload = async (_file, _bytes, confirmed) => {
      confirmed(4)
      silence()
    }
    await expect(exchange(context)).rejects.toMatchObject({ why: 'offline' })
    expect(server.logs.get(A)).toHaveLength(1)
    expect(await db.files.get([A, 'a'.repeat(64)])).toMatchObject({ uploaded: 0, sent: 4 })
    context.upload = upload
    await exchange(context)
    expect(await db.files.get([A, 'a'.repeat(64)])).toMatchObject({ uploaded: 1, sent: 10 })
    expect((await db.bytes.get('a'.repeat(64)))?.bytes.byteLength).toBe(10)
  })
})
