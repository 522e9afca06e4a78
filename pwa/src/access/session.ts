/**
 * The session of the person in front of the screen, for phone and desk.
 * The phone works on what it remembers (person and replica) without any answer of the server; the refresh cookie
 * brings an access token when there is a network. Nothing here ever deletes a record.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { closeSession, enrolReplica, openSession, prolongSession, type Me, type OpenedSession } from '../api/accounts'
import { createClient, isRevocation, NoAnswer, ProblemError } from '../api/client'
import {
  dropSession,
  findReplica,
  findSession,
  IdentityDatabase,
  keepReplica,
  keepSession,
  type StoredReplica,
} from '../device/identity'
import { findVault, random } from '../device/vault'
import { base64, deviceLabel, makeReplica, publicKeyOf, signWith } from './keys'
import { useLease } from './lease'

export type { Me } from '../api/accounts'

export const useSession = defineStore('session', () => {
  const db = new IdentityDatabase()
  const me = shallowRef<Me | null>(null)
  const replica = shallowRef<StoredReplica | null>(null)
  /** The server no longer prolongs the session: records can be made, but sending waits for a new sign-in. */
  const ended = ref(false)
  /** The server has revoked this installation: reading only; what the server lacks stays. */
  const revoked = ref(false)
  /** The secret for the vault to come. Never on disk, where it would be worth as much as the PIN. */
  const recovery = shallowRef<Uint8Array<ArrayBuffer> | null>(null)
  /** Expired, the phone takes in nothing new until it has heard from the server. */
  const lease = useLease((stored) => {
    // Signed out, or somebody else signed in, in another window: their lease is not ours to change.
    const owner = me.value?.account
    return db.sessions.where({ key: 'current' }).filter((row) => (row.me as Me).account === owner).modify({ lease: stored })
  })

  const language = (): string => document.documentElement.lang
  /** For calls in the name of the person; it renews its token by itself. */
  const api = createClient({ renew, language })
  const plain = createClient({ language })

  const isInspector = computed(() => me.value?.roles.includes('inspector') ?? false)
  const home = computed(() => (isInspector.value ? '/field' : '/office'))
  const has = (...roles: string[]): boolean => roles.some((role) => me.value?.roles.includes(role))

  let remembered: Promise<boolean> | null = null

  /** Takes up the person that this device remembers. Needs no network. */
  function restore(): Promise<boolean> {
    remembered ??= (async () => {
      const stored = await findSession<Me>(db)
      if (stored && !me.value) {
        replica.value = await findReplica(db, { account: stored.me.account })
        revoked.value = replica.value?.revoked ?? false
        lease.restore(stored.lease ?? null)
        me.value = stored.me
      }
      return me.value !== null
    })()
    return remembered
  }

  /** Signs in and, for an inspector, enrols this installation, with a one-time code where one is asked for. */
  async function signIn(username: string, password: string, code: string | null = null): Promise<Me> {
    const known = await findReplica(db, { username })
    const opened = await openSession(plain, { username, password, replica: known?.id ?? null })
    if (me.value?.account !== opened.me.account) leave()
    api.setAccess(opened.access)
    ended.value = false
    if (opened.me.roles.includes('inspector')) await enrol(opened, code)
    else replica.value = null
    await keep(opened.me)
    me.value = opened.me
    remembered = Promise.resolve(true)
    return opened.me
  }

  const keep = (person: Me): Promise<void> => keepSession(db, person, replica.value?.id ?? null, lease.stored())

  /** Makes sure that the server knows this installation; the session is then bound to it. */
  async function enrol(opened: OpenedSession, code: string | null): Promise<void> {
    const { account } = opened.me
    const mine = (await findReplica(db, { account })) ?? (await makeReplica(opened.me, deviceLabel()))
    recovery.value = (await findVault(db, account)) ? null : random(32)
    // On disk before the first byte is sent: an answer that gets lost must not leave a key without its owner.
    await keepReplica(db, mine)
    replica.value = mine
    try {
      await introduce(mine, code)
    } catch (error) {
      if (!isRevocation(error)) throw error
      await noteRevoked()
      return
    }
    revoked.value = false
    replica.value = { ...mine, enrolled: 1, revoked: false }
    await keepReplica(db, replica.value)
    // The first access token knows no replica yet.
    const bound = await prolongSession(plain, mine.id)
    api.setAccess(bound.access)
    lease.renew(bound)
  }

  /** Tells the server this installation's key and, before there is a vault, the secret that opens it without a PIN. */
  async function introduce(mine: StoredReplica, code: string | null = null, sponsor: StoredReplica | null = null): Promise<void> {
    const secret = recovery.value && base64(recovery.value)
    const public_key = await publicKeyOf(mine)
    const voucher = sponsor && (await signWith(sponsor, new TextEncoder().encode(`suicha replica ${mine.id} ${public_key}`)))
    await enrolReplica(api, { id: mine.id, public_key, label: mine.label, code, recovery: secret, voucher })
  }

  async function renew(): Promise<string | null> {
    const mine = me.value
    if (!mine) return null
    try {
      const opened = await alone(() => prolongSession(plain, replica.value?.id ?? null))
      if (opened.me.account !== mine.account) {
        // Somebody else signed in from another tab; their token must not carry this person's work.
        ended.value = true
        return null
      }
      ended.value = false
      me.value = opened.me
      lease.renew(opened)
      await keep(opened.me)
      return opened.access
    } catch (error) {
      if (error instanceof NoAnswer) throw error
      if (isRevocation(error)) await noteRevoked()
      if (error instanceof ProblemError && error.status === 401) ended.value = true
      return null
    }
  }

  /** The server takes nothing more from this installation; remembered, so that a reload does not ask again. */
  async function noteRevoked(): Promise<void> {
    revoked.value = true
    if (!replica.value) return
    replica.value = { ...replica.value, revoked: true }
    await keepReplica(db, replica.value)
  }

  /** Gives up the replica after a fork and enrols a new one in its place. */
  async function replaceReplica(): Promise<StoredReplica> {
    const [old, owner] = [replica.value, me.value]
    if (!old || !owner) throw new Error('no replica to replace')
    const fresh = await makeReplica(owner, old.label)
    await keepReplica(db, fresh)
    // Until the server has bound the session to the new replica, the token is renewed in the name of the old one.
    await introduce(fresh, null, old)
    replica.value = { ...fresh, enrolled: 1 }
    await keepReplica(db, replica.value)
    await keepReplica(db, { ...old, retired: new Date().toISOString() })
    await keep(owner)
    return replica.value
  }

  /** Ends the session here; what is not sent yet stays on the device for the next sign-in of the same person. */
  async function signOut(): Promise<void> {
    await closeSession(plain).catch(() => undefined)
    await dropSession(db)
    leave()
  }

  /** Nobody is here, all at once: what is still under way for one person must not go on as another. */
  function leave(): void {
    api.setAccess(null)
    me.value = null
    replica.value = null
    ended.value = false
    revoked.value = false
    recovery.value = null
    lease.restore(null)
    remembered = null
  }

  return {
    me,
    replica,
    recovery,
    ended,
    revoked,
    lease: lease.state,
    api,
    isInspector,
    home,
    has,
    restore,
    signIn,
    signOut,
    noteRevoked,
    replaceReplica,
    introduce,
  }
})

/** One renewal at a time over all tabs: they share the cookie. */
async function alone<T>(run: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request('suicha-refresh', run) : await run()
}
