/**
 * The key of an account's rows on this device, wrapped twice: under the PIN, and under a secret that the server keeps
 * for the day the PIN is forgotten. Both wraps need the device's own key besides, which no program can read out.
 * What a PIN alone is worth: on the phone, tries are slowed down; off the phone, a copy of the browser's files taken
 * together with that device key can be tried at the speed of PBKDF2, and six digits then last for days, not for years.
 */
import type { IdentityDatabase, StoredVault, Wrap } from './identity'

export class WrongPin extends Error {}

/** Too many wrong PINs: the next try counts only after so many ms. */
export class PinWait extends Error {
  constructor(readonly left: number) {
    super('wait')
  }
}

/** The secret that the server has does not open this vault; it stays as it is. */
export class WrongRecovery extends Error {}

/** OWASP's figure for PBKDF2 with SHA-256. */
const ROUNDS = 600_000
export const FREE_TRIES = 5
// The longest has to be sat through with the page open; see `countWaits`.
const WAITS_S = [30, 60, 300, 900]
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

/** How many ms the next try has to wait, 0 for none. */
export type Waits = (vault: Pick<StoredVault, 'account' | 'wrong'>) => number

/**
 * Counts the waits of one page. The device's clock can be set by whoever holds the phone, and nothing else in a browser
 * goes on counting while the page is closed. So a wait runs only while its page lives, from the moment when the page
 * first sees that number of wrong PINs; a page loaded anew begins it again, and another window's try restarts it here.
 */
export function countWaits(now = (): number => performance.now()): Waits {
  const begun = new Map<string, { wrong: number; at: number }>()
  return ({ account, wrong }) => {
    let mine = begun.get(account)
    if (mine?.wrong !== wrong) begun.set(account, (mine = { wrong, at: now() }))
    return Math.max(0, mine.at + waitAfter(wrong) - now())
  }
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
  const base = { account, keeper, device, salt: random(16), rounds, wrong: 0 }
  const byPin = await wrap(base, key, 'pin', await stretch(base, pin))
  // Never over another one: that would be the end of what is boxed under it.
  await db.vaults.add({ ...base, byPin, byRecovery: await wrap(base, key, 'recovery', recovery) })
  return key
}

/** Throws WrongPin or PinWait. */
export async function openVault(db: IdentityDatabase, account: string, pin: string, waits: Waits): Promise<Uint8Array> {
  // Counted before it is tried: closing the page in between must not make a try free.
  const vault = await db.transaction('rw', db.vaults, async () => {
    const found = (await db.vaults.get(account))!
    const left = waits(found)
    if (left) throw new PinWait(left)
    await db.vaults.update(account, { wrong: found.wrong + 1 })
    return found
  })
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
