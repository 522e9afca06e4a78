import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { FieldDatabase } from './database'
import { IdentityDatabase } from './identity'
import { changePin, faultOf, findVault, makeVault, openVault, pinWait, PinWait, random, recoverVault, waitAfter, WrongPin, WrongRecovery } from './vault'

const PIN = '246810'
const ACCOUNT = 'zhen'
const rounds = 1_000
let db: IdentityDatabase
let count = 0
const recovery = random(32)
let key: Uint8Array

beforeEach(async () => {
  count += 1
  db = new IdentityDatabase(`vault-${count}`)
  key = await makeVault(db, { account: ACCOUNT, keeper: 'r', pin: PIN, recovery, rounds })
})
afterEach(() => db.delete())

/** Gives so many wrong PINs from `now` on, each as soon as it counts; the time of the last. */
async function guess(times: number, now: number): Promise<number> {
  for (let tried = 0; tried < times; tried += 1) {
    now = Math.max(now, await pinWait(db, ACCOUNT, now))
    await expect(openVault(db, ACCOUNT, '135791', now)).rejects.toBeInstanceOf(WrongPin)
  }
  return now
}

describe('the vault', () => {
  it('opens with the PIN, also after a restart', async () => {
    db.close()
    db = new IdentityDatabase(`vault-${count}`)
    expect(await openVault(db, ACCOUNT, PIN)).toEqual(key)
  })

  it('stays closed to another PIN and to another secret', async () => {
    await expect(openVault(db, ACCOUNT, '246811')).rejects.toBeInstanceOf(WrongPin)
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
    await expect(openVault(db, ACCOUNT, PIN)).rejects.toBeInstanceOf(WrongPin)
  })

  it('is never made over another', async () => {
    await expect(makeVault(db, { account: ACCOUNT, keeper: 'r', pin: PIN, recovery, rounds })).rejects.toThrow()
    expect(await openVault(db, ACCOUNT, PIN)).toEqual(key)
  })

  it('gives the same key to the secret of the server, and a new PIN then opens all that was written before', async () => {
    const records = new FieldDatabase(`vault-${count}`, key)
    await records.meta.put({ key: 'skew', value: '不合格' })
    records.close()
    const found = await recoverVault(db, ACCOUNT, recovery)
    await changePin(db, ACCOUNT, found, '975310')
    await expect(openVault(db, ACCOUNT, PIN)).rejects.toBeInstanceOf(WrongPin)
    const again = new FieldDatabase(`vault-${count}`, await openVault(db, ACCOUNT, '975310'))
    expect(await again.meta.get('skew')).toEqual({ key: 'skew', value: '不合格' })
    await again.delete()
  })
})

describe('wrong PINs', () => {
  it('make the next try wait, longer each time, and survive a restart', async () => {
    const last = await guess(5, 1_000)
    expect(await pinWait(db, ACCOUNT, last)).toBe(last + 30_000)
    db.close()
    db = new IdentityDatabase(`vault-${count}`)
    await expect(openVault(db, ACCOUNT, PIN, last + 29_000)).rejects.toEqual(new PinWait(last + 30_000))
    const later = await guess(1, last)
    expect(await pinWait(db, ACCOUNT, later)).toBe(later + 60_000)
    expect(await openVault(db, ACCOUNT, PIN, later + 60_000)).toEqual(key)
    expect(await pinWait(db, ACCOUNT, later + 60_001)).toBe(0)
  })

  it('are never answered by a wipe', async () => {
    const last = await guess(20, 1_000)
    expect(waitAfter(20)).toBe(3_600_000)
    expect(await openVault(db, ACCOUNT, PIN, last + 3_600_000)).toEqual(key)
  })

  it('count although the page is closed before the answer', async () => {
    void openVault(db, ACCOUNT, '135791').catch(() => undefined)
    await expect.poll(async () => (await findVault(db, ACCOUNT))!.wrong).toBe(1)
  })

  it('wait no longer than that when the clock is set back', async () => {
    const last = await guess(5, 10_000_000)
    expect(await pinWait(db, ACCOUNT, 5_000)).toBe(35_000)
    await expect(openVault(db, ACCOUNT, PIN, 6_000)).rejects.toEqual(new PinWait(35_000))
    expect(last).toBeGreaterThan(35_000)
    expect(await openVault(db, ACCOUNT, PIN, 35_000)).toEqual(key)
  })
})

describe('a PIN', () => {
  it.each([['12345', 'short'], ['abcdef', 'short'], ['000000', 'weak'], ['123456', 'weak'], ['987654', 'weak'], ['121212', 'weak'], ['123123', 'weak'], ['246810', null], ['19850312', null]])(
    '%s: %s',
    (pin, fault) => expect(faultOf(pin)).toBe(fault),
  )
})
