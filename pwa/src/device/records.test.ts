import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { readSheet, signValue, type Replica } from '../sync-core'
import { FieldDatabase } from './database'
import { localTime, NoPacket, NotOpen, readState, record, recordAll, type RecordEdit } from './records'

const INSP = '0192f0c8-0000-7000-8000-000000000001'
const ME: Replica = { rep: '0192f0c8-0000-7000-8000-00000000aaaa', usr: 'p-1' }
const PAD = { sha256: 'a'.repeat(64), mime: 'image/png', bytes: new ArrayBuffer(4) }
const document = {
  inspection: INSP,
  items: [{ code: 'Q01', points: ['Q01.1'] }],
  parties: [{ person: 'p-1', role: 'lead' }],
}

let db: FieldDatabase
let count = 0
beforeEach(async () => {
  count += 1
  db = new FieldDatabase(`records-${count}`, new Uint8Array(32).fill(7))
  await db.packets.add({ id: INSP, packet: {}, sheet: readSheet(document) })
})
afterEach(() => db.delete())

const write = (edit: RecordEdit['edit'], files: RecordEdit['files'] = []) =>
  record(db, { insp: INSP, author: ME, at: localTime(), off: 0, edit, files })
const answer = (r: string) => write(() => ({ kind: 'set', register: 'ans/Q01.1', value: { r, why: '' } }))
const sign = (role: 'lead' | 'representative', slot: string) =>
  write((state) => ({
    kind: 'sign',
    register: `sign/${role}/${slot}`,
    value: signValue(state, { role, name: '甲', pad: PAD.sha256, strokes: PAD.sha256 }),
  }))

describe('record', () => {
  it('writes operation and bytes together', async () => {
    await write(() => ({ kind: 'set', register: 'remark', value: 'x' }), [PAD])
    expect(await db.operations.count()).toBe(1)
    expect(await db.files.get([INSP, PAD.sha256])).toMatchObject({ size: 4, uploaded: 0, sent: 0 })
    expect((await db.bytes.get(PAD.sha256))?.bytes).toBeInstanceOf(ArrayBuffer)
  })

  it('writes nothing at all when the bytes cannot be stored', async () => {
    const broken = { ...PAD, bytes: Symbol('not to be cloned') as unknown as ArrayBuffer }
    await expect(write(() => ({ kind: 'set', register: 'remark', value: 'x' }), [broken])).rejects.toThrow()
    expect([await db.operations.count(), await db.files.count()]).toEqual([0, 0])
  })

  it('chains every edit to the one before, however fast they come', async () => {
    await Promise.all(['pass', 'fail', 'pass', 'fail', 'pass'].map(answer))
    const rows = (await db.operations.toArray()).sort((a, b) => a.seq - b.seq)
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect((await readState(db, INSP)).registers.get('ans/Q01.1')?.heads.map(({ seq }) => seq)).toEqual([5])
  })

  it('refuses to write once the last signature has sealed the record', async () => {
    await answer('pass')
    await sign('lead', 'p-1')
    expect((await readState(db, INSP)).phase).toBe('on_site')
    await sign('representative', '1')
    expect((await readState(db, INSP)).phase).toBe('sealed')
    await expect(answer('fail')).rejects.toEqual(new NotOpen('rev_sealed'))
    await write(() => ({ kind: 'submit' }))
    expect((await readState(db, INSP)).phase).toBe('submitted')
  })

  it('leaves a signature void when something changes after it', async () => {
    await answer('pass')
    await sign('lead', 'p-1')
    await answer('fail')
    await sign('representative', '1')
    expect((await readState(db, INSP)).phase).toBe('on_site')
  })

  it('needs the packet', async () => {
    await expect(record(db, { insp: 'x', author: ME, at: localTime(), off: 0, edit: () => null })).rejects.toBeInstanceOf(NoPacket)
  })
})

describe('recordAll', () => {
  const answers = (...values: string[]) =>
    recordAll(db, {
      insp: INSP,
      author: ME,
      at: localTime(),
      off: 0,
      edit: () => values.map((r, index) => ({ kind: 'set' as const, register: `ans/Q01.${index + 1}`, value: { r, why: '' } })),
    })

  it('writes all in one chain', async () => {
    await answers('pass', 'pass', 'fail')
    expect((await readState(db, INSP)).counting).toEqual({ [ME.rep]: 3 })
  })

  it('writes none when one is not allowed', async () => {
    await expect(answers('pass', 'no verdict')).rejects.toThrow()
    expect(await db.operations.count()).toBe(0)
  })
})

describe('localTime', () => {
  it('names the zone of the phone', () => {
    const date = new Date('2026-11-21T02:03:04.005Z')
    const text = localTime(date)
    expect(text).toMatch(/^2026-11-2\dT\d\d:\d\d:04\.005[+-]\d\d:\d\d$/)
    expect(Date.parse(text)).toBe(date.getTime())
  })
})
