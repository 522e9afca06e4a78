import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { digestOf } from '../device/digest'
import { readState } from '../device/records'
import { takeAlong } from '../device/rescue'
import { issue, valueOf, type Batch } from '../sync-core'
import { PretendPhone } from './pretend-phone'
import { PretendServer } from './pretend-server'
import { handIn } from './rescue'
import { NotRescue, openRescue, packRescue, type Rescue } from './rescuefile'

const A = '0192f0c8-0000-7000-8000-000000000001'
const B = '0192f0c8-0000-7000-8000-000000000002'
const NUMBER = '12345678901234567890'
const ABOUT = { person: '甲', device: 'Android', at: '2026-11-21T10:00:00+08:00', titles: {} }
const AT = '2026-11-21T10:00:00+08:00'
const PHOTO = 'photo/Q01.1/0192f0c8-0000-7000-8000-000000000001'

let server: PretendServer
let mine: PretendPhone
let theirs: PretendPhone
let count = 0

beforeEach(async () => {
  count += 1
  server = new PretendServer([A, B])
  mine = new PretendPhone(server, `hostile-${count}-1`, 'p-1')
  theirs = new PretendPhone(server, `hostile-${count}-2`, 'p-2')
  await mine.exchange()
  await theirs.exchange()
})
afterEach(() => Promise.all([mine.db.delete(), theirs.db.delete()]))

const own = (): Set<string> => new Set([mine.me.rep])
const bytesOf = (fill: number): ArrayBuffer => new Uint8Array(10).fill(fill).buffer
const image = (sha256: string) => ({ sha256, size: 10, mime: 'image/jpeg', w: null, h: null, at: null, lat: null, lon: null, acc: null, off: null })
const file = (sha256: string, bytes: ArrayBuffer, mime = 'image/jpeg') => ({ insp: A, sha256, mime, bytes })
const note = (author: PretendPhone['me'], state: Awaited<ReturnType<typeof readState>>, value: string) =>
  issue(state, author, { kind: 'set', register: 'note/Q01.1', value, at: AT, off: null })

describe("somebody else's rescue file", () => {
  it('cannot make this phone sign what it says in its name', async () => {
    await mine.write(A, 'note/Q01.1', 'mine')
    await mine.exchange()
    // Whoever reads the log knows what comes next in it, but has not the key.
    const forged = note(mine.me, await readState(mine.db, A), 'forged')
    await takeAlong(mine.db, own(), [{ insp: A, rep: mine.me.rep, ops: [forged], sig: 'x'.repeat(86) }], [])
    server.strangers.add(mine.me.rep)
    expect(valueOf((await readState(mine.db, A)).registers.get('note/Q01.1')!)).toBe('mine')
    await mine.write(A, 'note/Q01.1', 'mine again')
    await mine.exchange()
    await mine.exchange()
    expect(server.logs.get(A)!.map(({ op }) => op.val)).toEqual(['mine', 'mine again'])
  })

  it('overwrites no picture of this phone', async () => {
    const sha256 = await digestOf(bytesOf(1))
    await mine.write(A, PHOTO, image(sha256), [file(sha256, bytesOf(1))])
    await takeAlong(mine.db, own(), [], [{ ...file(sha256, bytesOf(2)), insp: B }])
    expect(new Uint8Array((await mine.db.bytes.get(sha256))!.bytes)[0]).toBe(1)
  })

  it('brings no file under the name of another, nor one that a browser would run', { timeout: 30_000 }, async () => {
    const [good, other] = [await digestOf(bytesOf(1)), await digestOf(bytesOf(2))]
    const files = [file(good, bytesOf(1)), file(other, bytesOf(3)), file(other, bytesOf(2), 'text/html')]
    const packed = await packRescue({ about: ABOUT, bundle: { v: 1, replicas: [], batches: [] }, files }, NUMBER)
    const opened = await openRescue(packed.buffer, NUMBER)
    expect([opened.files.map(({ sha256 }) => sha256), opened.spoilt]).toEqual([[good], 2])
  })

  it.each([null, {}, { ...ABOUT, titles: null }, { ...ABOUT, person: {} }, { ...ABOUT, titles: { [A]: [] } }])(
    'that tells nothing of itself is none: %j',
    { timeout: 30_000 },
    async (about) => {
      const packed = await packRescue({ about, bundle: { v: 1, replicas: [], batches: [] }, files: [] } as unknown as Rescue, NUMBER)
      await expect(openRescue(packed.buffer, NUMBER)).rejects.toBeInstanceOf(NotRescue)
    },
  )
})

describe('a batch that spoils the whole request', () => {
  const poison: Batch = { insp: B, rep: 'x', ops: [], sig: 'poison' }
  const good = async (): Promise<Batch> => ({ insp: A, rep: mine.me.rep, ops: [note(mine.me, await readState(mine.db, A), 'good')], sig: 'x'.repeat(86) })

  beforeEach(() => void (server.unreadable = new Set(['poison', 'poison 2'])))

  it('holds up no other on the phone that carries it', async () => {
    await takeAlong(theirs.db, new Set(), [poison, await good(), { ...poison, sig: 'poison 2' }], [])
    await theirs.exchange()
    expect((await theirs.db.carried.toArray()).map(({ code }) => code)).toEqual(['fieldwork.bad-encoding', 'stored', 'fieldwork.bad-encoding'])
    expect(server.logs.get(A)).toHaveLength(1)
  })

  it('holds up no other at the desk', async () => {
    const batches = [poison, await good()]
    const { codes } = await handIn(server.client, { about: ABOUT, bundle: { v: 1, replicas: [], batches }, files: [] }, theirs.context.upload, () => undefined)
    expect(codes).toEqual(['fieldwork.bad-encoding', ''])
  })
})
