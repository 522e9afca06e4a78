/**
 * Whether this phone is open to its person. Open means that the key of the rows is in memory; a reload, a while without
 * a touch, or a while in the background closes it. Locking loses nothing: what is being written is written first.
 */
import { defineStore } from 'pinia'
import { computed, nextTick, ref, shallowRef, watch } from 'vue'

import { fetchRecovery } from '../api/accounts'
import { IdentityDatabase } from '../device/identity'
import { changePin, countWaits, findVault, makeVault, openVault, random, recoverVault } from '../device/vault'
import { alone } from './alone'
import { markPhone } from './former'
import { bytesOf } from './keys'
import { useSession } from './session'

const STORED = 'suicha.autolock'
export const MINUTES = [1, 5, 15] as const
export type Minutes = (typeof MINUTES)[number]
const LOOK_MS = 5_000
/** A camera left open does not hold the door open for ever. */
const AWAKE_MS = 15 * 60_000

export type Door =
  /** No phone of an inspector. */
  | 'none'
  /** There is no PIN yet. */
  | 'new'
  | 'locked'
  | 'open'

/** Another window has set the first PIN; that one counts. */
export class PinThere extends Error {}

export const useLock = defineStore('lock', () => {
  const session = useSession()
  const db = new IdentityDatabase()
  const key = shallowRef<Uint8Array | null>(null)
  const closing = ref(false)
  const minutes = ref<Minutes>(MINUTES.find((choice) => String(choice) === localStorage.getItem(STORED)) ?? 5)
  /** Pages that show or write records stand only while this holds. */
  const isOpen = computed(() => key.value !== null && !closing.value)

  const account = (): string => {
    if (!session.me) throw new Error('nobody is signed in on this phone')
    return session.me.account
  }

  async function look(): Promise<Door> {
    if (!session.replica) return 'none'
    if (key.value) return 'open'
    return (await findVault(db, account())) ? 'locked' : 'new'
  }

  function open(found: Uint8Array): void {
    markPhone(session.replica!)
    touch()
    key.value = found
  }

  /** Sets the first PIN of this account on this phone, which needs the server. Throws PinThere, NoAnswer or ProblemError. */
  const setUp = async (pin: string): Promise<void> => open(await alone('vault', () => makeFirst(pin)))

  async function makeFirst(pin: string): Promise<Uint8Array> {
    if (await findVault(db, account())) throw new PinThere()
    // The server has it before a vault is made with it, and once there is a vault nobody leaves another: so the two
    // belong together, whichever window comes first and wherever a page dies. It is never on disk, where it would be
    // worth as much as the PIN.
    const recovery = random(32)
    await session.entrust(recovery)
    return makeVault(db, { account: account(), keeper: session.replica!.id, pin, recovery })
  }

  const waits = countWaits()

  /** Throws WrongPin or PinWait. */
  const check = (pin: string): Promise<Uint8Array> => openVault(db, account(), pin, waits)

  async function unlock(pin: string): Promise<void> {
    open(await check(pin))
  }

  /** How many PINs were wrong, and how many ms the next has to wait. */
  async function tries(): Promise<{ wrong: number; left: number }> {
    const vault = (await findVault(db, account()))!
    return { wrong: vault.wrong, left: waits(vault) }
  }

  /** The key, by password and the secret that the server keeps. Throws ProblemError, NoAnswer or WrongRecovery. */
  async function recover(password: string): Promise<Uint8Array> {
    const vault = await findVault(db, account())
    await session.signIn(session.me!.username, password)
    const { recovery } = await fetchRecovery(session.api, vault!.keeper, password)
    return recoverVault(db, account(), bytesOf(recovery))
  }

  /** Opens with a key found by `check` or `recover`, which from now on has this PIN. */
  async function renew(found: Uint8Array, pin: string): Promise<void> {
    await changePin(db, account(), found, pin)
    open(found)
  }

  // What must end before the key goes, and what must not be interrupted by a lock that nobody asked for.
  const works = new Set<Promise<unknown>>()
  let awake = 0
  let touched = Date.now()

  function during<T>(work: Promise<T>): Promise<T> {
    works.add(work)
    const over = (): boolean => works.delete(work)
    work.then(over, over)
    return work
  }

  /** While a camera or a pen is in use, looking counts as touching. Call the answer when it is over. */
  function keepAwake(): () => void {
    awake += 1
    let over = false
    return () => {
      if (!over) awake -= 1
      over = true
      touch()
    }
  }

  function touch(): void {
    touched = Date.now()
  }

  const settled = async (): Promise<void> => {
    while (works.size) await Promise.allSettled(works)
  }
  let locking: Promise<void> | null = null

  function lock(): Promise<void> {
    if (!key.value) return Promise.resolve()
    locking ??= close().finally(() => (locking = null))
    return locking
  }

  async function close(): Promise<void> {
    // A picture on its way to the disk needs its page.
    await settled()
    // Pages leave, and drafts are written as they go.
    closing.value = true
    await nextTick()
    await settled()
    key.value = null
    closing.value = false
  }

  function watchIdle(): void {
    if (!key.value) return
    const used = awake && document.visibilityState === 'visible'
    const patience = Math.max(minutes.value * 60_000, used ? AWAKE_MS : 0)
    if (Math.abs(Date.now() - touched) >= patience) void lock()
  }

  setInterval(watchIdle, LOOK_MS)
  document.addEventListener('visibilitychange', watchIdle)
  for (const kind of ['pointerdown', 'keydown', 'input']) addEventListener(kind, touch, { capture: true, passive: true })

  watch(minutes, (choice) => localStorage.setItem(STORED, String(choice)))
  // Signed out, or somebody else: their key is none of this person's.
  watch(
    () => session.me?.account,
    () => (key.value = null),
    { flush: 'sync' },
  )

  return { key, isOpen, minutes, look, setUp, check, unlock, tries, recover, renew, during, keepAwake, touch, lock }
})
