import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { releaseRefused } from '../device/exchange'
import { readState } from '../device/records'
import { takeAlong } from '../device/rescue'
import { valueOf } from '../sync-core'
import { PretendPhone } from './pretend-phone'
import { PretendServer } from './pretend-server'
import { handIn, makeRescue, type Signer } from './rescue'
import { grouped, isNumber, makeNumber, NotRescue, openRescue, packRescue, WrongNumber, type Rescue } from './rescuefile'

const A = '0192f0c8-0000-7000-8000-000000000001'
const NUMBER = '12345678901234567890'
// Of ten nines.
const SHA = '91c296acafc120f6ce73b131be0b9d7b4c16f54c7b0b92fee3c8766508bd781c'
const ABOUT = { person: '甲', device: 'Android', at: '2026-11-21T10:00:00+08:00', titles: { [A]: '某店' } }

let server: PretendServer
let mine: PretendPhone
let theirs: PretendPhone
let count = 0

beforeEach(async () => {
  count += 1
  server = new PretendServer([A])
  mine = new PretendPhone(server, `rescue-${count}-1`, 'p-1')
  theirs = new PretendPhone(server, `rescue-${count}-2`, 'p-2')
  await mine.exchange()
  await theirs.exchange()
  const value = { sha256: SHA, size: 10, mime: 'image/jpeg', w: null, h: null, at: null, lat: null, lon: null, acc: null, off: null }
  await mine.write(A, 'photo/Q01.1/0192f0c8-0000-7000-8000-000000000001', value, [{ sha256: SHA, mime: 'image/jpeg', bytes: new Uint8Array(10).fill(9).buffer }])
  await mine.write(A, 'note/Q01.1', 'mine')
})
afterEach(() => Promise.all([mine.db.delete(), theirs.db.delete()]))

const signer = async (rep: string): Promise<Signer> => ({ rep, usr: 'p-1', public_key: 'k', sign: async () => 'x'.repeat(86) })
const rescue = async (): Promise<Rescue> => (await makeRescue(mine.db, ABOUT, signer))!

describe('the rescue file', () => {
  it('gives back what was put in, to whoever has the number', { timeout: 30_000 }, async () => {
    const packed = await packRescue(await rescue(), NUMBER)
    const opened = await openRescue(packed.buffer, grouped(NUMBER))
    expect(opened.about).toEqual(ABOUT)
    expect(opened.bundle.batches.map(({ ops }) => ops.map(({ seq }) => seq))).toEqual([[1, 2]])
    expect(new Uint8Array(opened.files[0]!.bytes)).toEqual(new Uint8Array(10).fill(9))
    expect(new TextDecoder().decode(packed)).not.toContain('某店')
  })

  it('opens with no other number, and not after a change or cut anywhere', { timeout: 30_000 }, async () => {
    const packed = await packRescue(await rescue(), NUMBER)
    await expect(openRescue(packed.buffer, NUMBER.replace('1', '2'))).rejects.toBeInstanceOf(WrongNumber)
    for (const place of [9, packed.length - 1]) {
      const changed = packed.slice()
      changed[place]! ^= 1
      await expect(openRescue(changed.buffer, NUMBER)).rejects.toBeInstanceOf(WrongNumber)
    }
    await expect(openRescue(packed.slice(0, -5).buffer, NUMBER)).rejects.toBeInstanceOf(WrongNumber)
    await expect(openRescue(new TextEncoder().encode('not a rescue file, whatever it is').buffer, NUMBER)).rejects.toBeInstanceOf(NotRescue)
  })

  it('has a number that can be read out', () => {
    const number = makeNumber()
    expect([isNumber(number), isNumber(grouped(number)), grouped(NUMBER)]).toEqual([true, true, '1234 5678 9012 3456 7890'])
  })

  it('is not made when nothing is unsent', async () => {
    await mine.exchange()
    expect(await makeRescue(mine.db, ABOUT, signer)).toBeNull()
  })
})

describe('carrying', () => {
  it('shows the partner what was written, sends it before the own work, and doubles nothing later', async () => {
    const { bundle, files } = await rescue()
    await takeAlong(theirs.db, new Set([theirs.me.rep]), bundle.batches, files, ABOUT.titles)
    await takeAlong(theirs.db, new Set([theirs.me.rep]), bundle.batches, files, ABOUT.titles)
    expect(valueOf((await readState(theirs.db, A)).registers.get('note/Q01.1')!)).toBe('mine')
    await theirs.write(A, 'note/Q01.1', 'theirs, knowing it')
    await theirs.exchange()
    expect(server.logs.get(A)!.map(({ op }) => [op.usr, op.seq])).toEqual([['p-1', 1], ['p-1', 2], ['p-2', 1]])
    expect(server.files.has(SHA)).toBe(true)
    expect((await theirs.db.carried.toArray()).map(({ code, title }) => [code, title])).toEqual([['stored', '某店']])
    await mine.exchange(true)
    expect(server.logs.get(A)).toHaveLength(3)
    expect(valueOf((await readState(mine.db, A)).registers.get('note/Q01.1')!)).toBe('theirs, knowing it')
    expect(await mine.db.operations.where({ acked: 0 }).count()).toBe(0)
  })

  it('keeps what the server refuses, with the reason, and no longer shows it', async () => {
    const { bundle } = await rescue()
    await takeAlong(theirs.db, new Set([theirs.me.rep]), bundle.batches, [])
    server.strangers.add(mine.me.rep)
    await theirs.exchange()
    expect((await theirs.db.carried.toArray()).map(({ code }) => code)).toEqual(['unknown_replica'])
    expect(await theirs.db.operations.filter(({ carried }) => !!carried).count()).toBe(0)
    server.strangers.clear()
    await releaseRefused(theirs.db)
    await theirs.exchange()
    expect(server.logs.get(A)).toHaveLength(2)
  })

  it('works at the desk without tables, and may be repeated', async () => {
    const content = await rescue()
    const seen: number[] = []
    const once = await handIn(server.client, content, theirs.context.upload, (bytes) => seen.push(bytes))
    expect(once).toEqual({ codes: [''], files: { sent: 1, asked: 1, failures: [] } })
    expect(seen.at(-1)).toBe(10)
    const twice = await handIn(server.client, content, theirs.context.upload, () => undefined)
    expect(twice).toEqual({ codes: [''], files: { sent: 0, asked: 0, failures: [] } })
    expect(server.logs.get(A)).toHaveLength(2)
  })
})
