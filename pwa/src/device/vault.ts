/**
 * The key of an account's rows on this device, wrapped twice: under the PIN, and under a secret that the server keeps
 * for the day the PIN is forgotten. Both wraps need the device's own key besides, which no program can read out.
 * What a PIN alone is worth: on the phone, tries are slowed down; off the phone, a copy of the browser's files taken
 * together with that device key can be tried at the speed of PBKDF2, and six digits then last for days, not for years.
 */
import type { IdentityDatabase, StoredVault, Wrap } from './identity'

export class WrongPin extends Error {}

/** Too many wrong PINs: the next try counts only after `until`, in ms of the device's clock. */
export class PinWait extends Error {
  constructor(readonly until: number) {
    super('wait')
  }
}

/** The secret that the server has does not open this vault; it stays as it is. */
export class WrongRecovery extends Error {}

/** OWASP's figure for PBKDF2 with SHA-256. */
const ROUNDS = 600_000
export const FREE_TRIES = 5
const WAITS_S = [30, 60, 300, 900, 3600]
export const PIN_LENGTH = 6

export type PinFault = 'short' | 'weak'

/** Why a PIN is refused: too short, one digit, a run like 123456, or a pattern repeated like 121212. */
export function faultOf(pin: string): PinFault | null {
  if (!new RegExp(`^\\d{${PIN_LENGTH},12}$`).test(pin)) return 'short'
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]))
  const even = steps.every((step) => step === steps[0]) && Math.abs(steps[0]!) <= 1
  return even || /^(\d{1,3})\1+$/.test(pin) ? 'weak' : null
}

/** How long the next try has to wait after so many wrong ones. */
export function waitAfter(wrong: number): number {
  return wrong < FREE_TRIES ? 0 : WAITS_S[Math.min(wrong - FREE_TRIES, WAITS_S.length - 1)]! * 1000
}

/** When the next try counts, 0 for now. Found earlier than before, the clock was set back: the wait begins anew. */
export async function pinWait(db: IdentityDatabase, account: string, now = Date.now()): Promise<number> {
  const { wrong, at } = (await db.vaults.get(account))!
  if (now < at) await db.vaults.update(account, { at: now })
  const until = Math.min(at, now) + waitAfter(wrong)
  return until > now ? until : 0
}

export const findVault = async (db: IdentityDatabase, account: string): Promise<StoredVault | null> =>
  (await db.vaults.get(account)) ?? null

export interface NewVault {
  account: string
  keeper: string
  pin: string
  recovery: Uint8Array<ArrayBuffer>
  rounds?: number
}

/** Makes the key of an account on this device and keeps it under PIN and recovery secret. */
export async function makeVault(db: IdentityDatabase, { account, keeper, pin, recovery, rounds = ROUNDS }: NewVault): Promise<Uint8Array> {
  const key = random(32)
  const device = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const base = { account, keeper, device, salt: random(16), rounds, wrong: 0, at: 0 }
  const byPin = await wrap(base, key, 'pin', await stretch(base, pin))
  // Never over another one: that would be the end of what is boxed under it.
  await db.vaults.add({ ...base, byPin, byRecovery: await wrap(base, key, 'recovery', recovery) })
  return key
}

/** Throws WrongPin or PinWait. */
export async function openVault(db: IdentityDatabase, account: string, pin: string, now = Date.now()): Promise<Uint8Array> {
  // Counted before it is tried: closing the page in between must not make a try free.
  const until = await db.transaction('rw', db.vaults, async () => {
    const wait = await pinWait(db, account, now)
    if (!wait) await db.vaults.where({ account }).modify((vault) => void Object.assign(vault, { wrong: vault.wrong + 1, at: now }))
    return wait
  })
  if (until) throw new PinWait(until)
  const vault = (await db.vaults.get(account))!
  const key = await unwrap(vault, 'pin', await stretch(vault, pin))
  if (!key) throw new WrongPin()
  await db.vaults.update(account, { wrong: 0 })
  return key
}

/** Opens with the secret that the server keeps. Throws WrongRecovery. */
export async function recoverVault(db: IdentityDatabase, account: string, secret: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const key = await unwrap((await db.vaults.get(account))!, 'recovery', secret)
  if (!key) throw new WrongRecovery()
  return key
}

/** Puts the same key under another PIN; nothing of what it opens is touched. */
export async function changePin(db: IdentityDatabase, account: string, key: Uint8Array, pin: string): Promise<void> {
  const vault = (await db.vaults.get(account))!
  await db.vaults.update(account, { byPin: await wrap(vault, key, 'pin', await stretch(vault, pin)), wrong: 0 })
}

type Base = Pick<StoredVault, 'account' | 'device' | 'salt' | 'rounds'>
type Purpose = 'pin' | 'recovery'

/** PBKDF2: makes each try of a PIN slow. */
async function stretch({ salt, rounds }: Base, pin: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, material, 256))
}

/** HKDF over the secret and the device's HMAC of the salt: either alone gives nothing. */
async function wrapper({ account, device, salt }: Base, purpose: Purpose, secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const own = new Uint8Array(await crypto.subtle.sign('HMAC', device, salt))
  const both = new Uint8Array(secret.length + own.length)
  both.set(secret)
  both.set(own, secret.length)
  const material = await crypto.subtle.importKey('raw', both, 'HKDF', false, ['deriveKey'])
  const info = utf8(`suicha vault ${purpose} ${account}`)
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return crypto.subtle.deriveKey(algorithm, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

async function wrap(base: Base, key: Uint8Array, purpose: Purpose, secret: Uint8Array<ArrayBuffer>): Promise<Wrap> {
  const iv = random(12)
  const under = await wrapper(base, purpose, secret)
  return { iv, box: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, under, new Uint8Array(key)) }
}

async function unwrap(vault: StoredVault, purpose: Purpose, secret: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  const { iv, box } = purpose === 'pin' ? vault.byPin : vault.byRecovery
  const under = await wrapper(vault, purpose, secret)
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv }, under, box).then(
    (key) => new Uint8Array(key),
    () => null,
  )
}

export const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text))
