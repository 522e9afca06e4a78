import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { FieldDatabase } from './database'
import { IdentityDatabase } from './identity'
import { changePin, countWaits, faultOf, findVault, makeVault, openVault, PinWait, random, recoverVault, waitAfter, WrongPin, WrongRecovery, type Waits } from './vault'

const PIN = '246810'
const ACCOUNT = 'zhen'
const rounds = 1_000
let db: IdentityDatabase
let count = 0
const recovery = random(32)
let key: Uint8Array
/** What a page that has been open for so many ms counts by. */
let open: number
let waits: Waits

beforeEach(async () => {
  count += 1
  db = new IdentityDatabase(`vault-${count}`)
  open = 0
  waits = countWaits(() => open)
  key = await makeVault(db, { account: ACCOUNT, keeper: 'r', pin: PIN, recovery, rounds })
})
afterEach(() => db.delete())

const left = async (): Promise<number> => waits((await findVault(db, ACCOUNT))!)
const unlock = (pin = PIN): Promise<Uint8Array> => openVault(db, ACCOUNT, pin, waits)

/** Gives so many wrong PINs, each as soon as it counts. */
async function guess(times: number): Promise<void> {
  for (let tried = 0; tried < times; tried += 1) {
    open += await left()
    await expect(unlock('135791')).rejects.toBeInstanceOf(WrongPin)
  }
}

describe('the vault', () => {
  it('opens with the PIN, also after a restart', async () => {
    db.close()
    db = new IdentityDatabase(`vault-${count}`)
    expect(await unlock()).toEqual(key)
  })

  it('stays closed to another PIN and to another secret', async () => {
    await expect(unlock('246811')).rejects.toBeInstanceOf(WrongPin)
    await expect(recoverVault(db, ACCOUNT, random(32))).rejects.toBeInstanceOf(WrongRecovery)
  })

  it('has neither key nor PIN nor secret lying about', async () => {
    const { byPin, byRecovery, device } = (await findVault(db, ACCOUNT))!
    for (const box of [byPin.box, byRecovery.box]) {
      for (const secret of [key, recovery]) expect(String(new Uint8Array(box))).not.toContain(String(secret))
    }
    expect(device.extractable).toBe(false)
  })

  it('cannot be opened by PIN with the device key of another phone', async () => {
    const device = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    await db.vaults.update(ACCOUNT, { device })
    await expect(unlock()).rejects.toBeInstanceOf(WrongPin)
  })

  it('is never made over another', async () => {
    await expect(makeVault(db, { account: ACCOUNT, keeper: 'r', pin: PIN, recovery, rounds })).rejects.toThrow()
    expect(await unlock()).toEqual(key)
  })

  it('gives the same key to the secret of the server, and a new PIN then opens all that was written before', async () => {
    const records = new FieldDatabase(`vault-${count}`, key)
    await records.meta.put({ key: 'skew', value: '不合格' })
    records.close()
    const found = await recoverVault(db, ACCOUNT, recovery)
    await changePin(db, ACCOUNT, found, '975310')
    await expect(unlock()).rejects.toBeInstanceOf(WrongPin)
    const again = new FieldDatabase(`vault-${count}`, await unlock('975310'))
    expect(await again.meta.get('skew')).toEqual({ key: 'skew', value: '不合格' })
    await again.delete()
  })
})

describe('wrong PINs', () => {
  it('make the next try wait, longer each time', async () => {
    await guess(5)
    expect(await left()).toBe(30_000)
    open += 29_000
    await expect(unlock()).rejects.toEqual(new PinWait(1_000))
    await guess(1)
    expect(await left()).toBe(60_000)
    open += 60_000
    expect(await unlock()).toEqual(key)
    expect(await left()).toBe(0)
  })

  it('are never answered by a wipe, nor by a wait of more than a quarter of an hour', async () => {
    await guess(20)
    expect([await left(), waitAfter(20)]).toEqual([900_000, 900_000])
    open += 900_000
    expect(await unlock()).toEqual(key)
  })

  it('count although the page is closed before the answer', async () => {
    void unlock('135791').catch(() => undefined)
    await expect.poll(async () => (await findVault(db, ACCOUNT))!.wrong).toBe(1)
  })

  it('wait as long whatever the clock of the device says', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    waits = countWaits()
    await guess(5)
    for (const days of [1, 400, -400]) {
      vi.setSystemTime(Date.now() + days * 86_400_000)
      await expect(unlock()).rejects.toBeInstanceOf(PinWait)
    }
    vi.useRealTimers()
  })

  it('wait anew when the page is loaded anew, never longer than that', async () => {
    await guess(5)
    open += 29_999
    open = 0
    waits = countWaits(() => open)
    expect(await left()).toBe(30_000)
    open += 30_000
    expect(await unlock()).toEqual(key)
  })

  it('are waited for in every window, however long that has been open', async () => {
    const old = countWaits(() => open)
    await guess(6)
    expect(old((await findVault(db, ACCOUNT))!)).toBe(60_000)
    open += 60_000
    await guess(1)
    await expect(openVault(db, ACCOUNT, PIN, old)).rejects.toEqual(new PinWait(300_000))
  })
})

describe('a PIN', () => {
  it.each([['12345', 'short'], ['abcdef', 'short'], ['000000', 'weak'], ['123456', 'weak'], ['987654', 'weak'], ['121212', 'weak'], ['123123', 'weak'], ['246810', null], ['19850312', null]])(
    '%s: %s',
    (pin, fault) => expect(faultOf(pin)).toBe(fault),
  )
})
