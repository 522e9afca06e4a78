import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { NoAnswer, ProblemError } from '../api/problem'
import { FieldDatabase, writeMeta } from '../device/database'
import { releaseRefused } from '../device/exchange'
import { readState } from '../device/records'
import { apply, issue, operationHash, readSheet, valueOf, type Operation } from '../sync-core'
import { PretendPhone } from './pretend-phone'
import { PretendServer, sampleDocument } from './pretend-server'

const A = '0192f0c8-0000-7000-8000-000000000001'
const B = '0192f0c8-0000-7000-8000-000000000002'
const OTHER = { rep: '0192f0c8-0000-7000-8000-00000000bbbb', usr: 'p-2' }
const AT = '2026-11-21T10:00:00+08:00'
const WELL = { failed: 0, aside: 0, photosWait: false }

let server: PretendServer
let phone: PretendPhone
let count = 0

beforeEach(async () => {
  count += 1
  server = new PretendServer([A, B])
  phone = new PretendPhone(server, `story-${count}`, 'p-1')
  await phone.exchange()
  server.requests = []
})
afterEach(() => phone.db.delete())

const digest = (n: number): string => n.toString(16).padStart(64, '0')
const note = (insp: string, text: string) => phone.write(insp, 'note/Q01.1', text)
const photo = (insp: string, n: number) =>
  phone.write(
    insp,
    `photo/Q01.1/0192f0c8-0000-7000-8000-${String(n).padStart(12, '0')}`,
    { sha256: digest(n), size: 10, mime: 'image/jpeg', w: null, h: null, at: null, lat: null, lon: null, acc: null, off: null },
    [{ sha256: digest(n), mime: 'image/jpeg', bytes: new ArrayBuffer(10) }],
  )
const asked = (part: string): string[] => server.requests.filter((request) => request.includes(part))

describe('packets by difference', () => {
  it('asks for a packet only when the list says that it changed, and takes 304 for the same', async () => {
    await phone.exchange(true)
    expect(asked(A)).toEqual([])
    await phone.db.packets.update(A, { asked: 'older' })
    await phone.exchange(true)
    expect(asked(A)).toEqual([`GET /inspections/${A}#304`])
    server.packets = 2
    await phone.exchange(true)
    expect(asked(`GET /inspections/${B}`)).toEqual([`GET /inspections/${B}`])
    expect(await phone.db.packets.get(B)).toMatchObject({ etag: 'W/"2"', asked: '2' })
  })
})

describe('quarantine', () => {
  it('sets a file aside that the server refuses, while the others go', async () => {
    await photo(A, 1)
    await photo(A, 2)
    await photo(B, 3)
    const refuse = (method: string, path: string): void => {
      if (method === 'PATCH' && path.includes(digest(1))) throw new ProblemError(415, { code: 'fieldwork.wrong-file-type', detail: 'no' })
    }
    server.trouble = refuse
    expect(await phone.exchange()).toEqual({ ...WELL, aside: 1 })
    expect([...server.files].sort()).toEqual([digest(2), digest(3)])
    expect(await phone.db.files.get([A, digest(1)])).toMatchObject({ uploaded: 0, refused: { code: 'fieldwork.wrong-file-type', detail: 'no' } })
    server.requests = []
    expect(await phone.exchange()).toEqual({ ...WELL, aside: 1 })
    expect(asked(digest(1))).toEqual([])
    server.trouble = () => undefined
    await releaseRefused(phone.db, A)
    expect(await phone.exchange()).toEqual(WELL)
    expect(server.files.has(digest(1))).toBe(true)
    expect(await phone.db.files.get([A, digest(1)])).toMatchObject({ uploaded: 1, refused: null })
  })

  it('sets no file aside when the server has no more room for it, and sends it when there is', async () => {
    await photo(A, 1)
    await photo(B, 2)
    server.trouble = (method, path) => {
      if (method === 'PATCH' && path.includes(digest(1))) throw new ProblemError(507, { code: 'fieldwork.uploads-unnamed', detail: '已上传的文件达到限额' })
    }
    expect(await phone.exchange()).toEqual({ ...WELL, failed: 1 })
    expect([...server.files]).toEqual([digest(2)])
    expect(await phone.db.files.get([A, digest(1)])).toMatchObject({ uploaded: 0 })
    expect((await phone.db.files.get([A, digest(1)]))!.refused ?? null).toBeNull()
    expect(await phone.db.transfers.get(A)).toMatchObject({ code: 'fieldwork.uploads-unnamed', detail: '已上传的文件达到限额' })
    expect((await phone.db.transfers.get(A))!.aside).toBeUndefined()
    server.trouble = () => undefined
    expect(await phone.exchange()).toEqual(WELL)
    expect(server.files.has(digest(1))).toBe(true)
  })

  it('tells a file damaged here from one damaged on the way', async () => {
    await photo(A, 1)
    server.trouble = (method) => {
      if (method === 'PATCH') throw new ProblemError(460, { code: 'fieldwork.checksum-mismatch', detail: 'no' })
    }
    // Its bytes are ten zeros, not what its name says.
    await phone.exchange()
    expect((await phone.db.files.get([A, digest(1)]))?.refused?.code).toBe('device.damaged')
    expect((await phone.db.bytes.get(digest(1)))?.bytes.byteLength).toBe(10)
  })

  it('tries a refused record again with another version of the app', async () => {
    await note(A, 'x')
    server.trouble = (method, path) => {
      if (method === 'POST' && path.includes(A)) throw new ProblemError(422, { code: 'fieldwork.malformed-batch' })
    }
    await phone.exchange()
    server.trouble = () => undefined
    await phone.exchange()
    expect(server.logs.get(A)).toHaveLength(0)
    phone.context.app = 'newer'
    expect(await phone.exchange()).toEqual(WELL)
    expect(server.logs.get(A)).toHaveLength(1)
  })
})

describe('files', () => {
  it('go on where they stopped after the process ended in the middle', async () => {
    await photo(A, 1)
    let parts = 0
    server.trouble = (method) => {
      if (method === 'PATCH' && (parts += 1) === 2) throw new NoAnswer(null)
    }
    await expect(phone.exchange()).rejects.toMatchObject({ why: 'offline' })
    expect(await phone.db.files.get([A, digest(1)])).toMatchObject({ uploaded: 0, sent: 4 })
    server.trouble = () => undefined
    phone.restart()
    server.requests = []
    await phone.exchange()
    expect(asked('PATCH')).toHaveLength(2)
    expect(server.files.has(digest(1))).toBe(true)
  })

  it('are offered again when the server came back from a backup without them', async () => {
    await photo(A, 1)
    const before = server.backup()
    await phone.exchange()
    expect(server.files.has(digest(1))).toBe(true)
    server.restore(before)
    // Nothing on the list is new to the phone; the whole list shows it, at the latest after half a day.
    phone.context.clock = () => new Date('2026-11-22T02:00:01.000Z')
    await phone.exchange()
    await phone.exchange()
    expect(server.logs.get(A)).toHaveLength(1)
    expect(server.files.has(digest(1))).toBe(true)
    expect(await phone.db.files.where({ uploaded: 0 }).count()).toBe(0)
  })

  it('are offered again also where only they were lost', async () => {
    await photo(A, 1)
    await phone.exchange()
    server.files.clear()
    server.parts.clear()
    await phone.exchange(true)
    expect(server.files.has(digest(1))).toBe(true)
  })

  it('wait for Wi-Fi or for the button, where the person wants that, and operations do not', async () => {
    await writeMeta(phone.db, 'photos', 'wifi')
    await photo(A, 1)
    phone.context.onWifi = () => false
    expect(await phone.exchange()).toEqual({ ...WELL, photosWait: true })
    expect([server.logs.get(A)!.length, server.files.size]).toEqual([1, 0])
    phone.context.onWifi = () => true
    expect(await phone.exchange()).toEqual(WELL)
    expect(server.files.size).toBe(1)
    await writeMeta(phone.db, 'photos', 'asked')
    await photo(A, 2)
    expect(await phone.exchange()).toEqual({ ...WELL, photosWait: true })
    expect(await phone.exchange(true)).toEqual(WELL)
    expect(server.files.size).toBe(2)
  })
})

describe('what others write', () => {
  it('of a newer version is kept in its place, and does not stop the rest', async () => {
    const state = apply(readSheet(sampleDocument(A)), [])
    const first = issue(state, OTHER, { kind: 'set', register: 'remark', value: 'x', at: AT })
    const newer = { ...first, v: 2, k: 'stamp', seq: 2, prev: operationHash(first), extra: { of: 'tomorrow' } } as unknown as Operation
    server.add(A, first)
    server.add(A, newer)
    await phone.exchange(true)
    expect((await phone.db.operations.get([A, OTHER.rep, 2]))?.op).toEqual(newer)
    expect((await readState(phone.db, A)).held.get(`${OTHER.rep}:2`)?.code).toBe('deferred')
    await note(A, 'goes on')
    expect(await phone.exchange()).toEqual(WELL)
    expect(server.logs.get(A)).toHaveLength(3)
  })

  it('is not written again under this name when the server lost it', async () => {
    server.add(A, issue(apply(readSheet(sampleDocument(A)), []), OTHER, { kind: 'set', register: 'remark', value: 'theirs', at: AT }))
    await phone.exchange(true)
    server.logs.set(A, [])
    await note(A, 'mine')
    await phone.exchange(true)
    await phone.exchange(true)
    expect(server.logs.get(A)!.map(({ op }) => op.val)).toEqual(['mine'])
    expect((await phone.db.forks.toArray()).map(({ rep, reissued }) => [rep, reissued])).toEqual([[OTHER.rep, 1]])
  })
})

describe('two tabs', () => {
  it('allot numbers and read the log together without doubling', async () => {
    const tab = new FieldDatabase(`story-${count}`, new Uint8Array(32).fill(7))
    const second = { ...phone.context, db: tab }
    const { exchange } = await import('./exchange')
    const { record } = await import('../device/records')
    const other = (text: string) =>
      record(tab, { insp: A, author: phone.me, at: AT, off: null, edit: () => ({ kind: 'set', register: 'note/Q01.2', value: text }) })
    await Promise.all([note(A, 'a'), other('b'), note(A, 'c'), other('d')])
    await Promise.all([phone.exchange(), exchange(second)])
    expect(server.logs.get(A)!.map(({ op }) => op.seq)).toEqual([1, 2, 3, 4])
    const state = await readState(tab, A)
    expect([valueOf(state.registers.get('note/Q01.1')!), valueOf(state.registers.get('note/Q01.2')!)]).toEqual(['c', 'd'])
    expect(await tab.operations.where({ acked: 0 }).count()).toBe(0)
    tab.close()
  })
})
