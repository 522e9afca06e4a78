/**
 * The session of the person in front of the screen, for phone and desk.
 * The phone works on what it remembers (person and replica) without any answer of the server; the refresh cookie
 * brings an access token when there is a network. Nothing here ever deletes a record.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { enrolReplica, openSession, prolongSession, type Me, type OpenedSession } from '../api/accounts'
import { createClient, isRevocation, NoAnswer, ProblemError, type Client } from '../api/client'
import {
  dropSession,
  findReplica,
  findSession,
  IdentityDatabase,
  keepReplica,
  keepSession,
  type StoredReplica,
  updateSession,
} from '../device/identity'
import { alone } from './alone'
import { findFormer, isCleared, type Former } from './former'
import { base64, deviceLabel, makeReplica, publicKeyOf, signWith } from './keys'
import { useLease } from './lease'
import { useLeaving } from './leaving'

export type { Me } from '../api/accounts'

export const useSession = defineStore('session', () => {
  const db = new IdentityDatabase()
  const me = shallowRef<Me | null>(null)
  const replica = shallowRef<StoredReplica | null>(null)
  /** The server no longer prolongs the session: records can be made, but sending waits for a new sign-in. */
  const ended = ref(false)
  /** The server has revoked this installation: reading only; what the server lacks stays. */
  const revoked = ref(false)
  /** Expired, the phone takes in nothing new until it has heard from the server. */
  const lease = useLease((stored) => updateSession(db, me.value?.account, { lease: stored }))

  const language = (): string => document.documentElement.lang
  /** For calls in the name of the person; it renews its token by itself. */
  const api = createClient({ renew, language })
  const plain = createClient({ language })
  const leaving = useLeaving(db, plain)

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

  /**
   * Signs in and, for an inspector, enrols this installation, with a one-time code where one is asked for. One window
   * after the other: the second finds the replica of the first, and nobody renews with the cookie in between.
   */
  const signIn = (username: string, password: string, code: string | null = null): Promise<Me> =>
    alone('refresh', () => enter(username, password, code))

  async function enter(username: string, password: string, code: string | null): Promise<Me> {
    await leaving.settle()
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
    // On disk before the first byte is sent: an answer that gets lost must not leave a key without its owner.
    await keepReplica(db, mine)
    replica.value = mine
    // Not the client that renews by itself: it would wait for this very sign-in.
    const entering = createClient({ language })
    entering.setAccess(opened.access)
    try {
      await introduce(entering, mine, { code })
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

  /** Tells the server this installation's key. */
  async function introduce(client: Client, mine: StoredReplica, { code, recovery, sponsor }: Introduction): Promise<void> {
    const public_key = await publicKeyOf(mine)
    const voucher = sponsor && (await signWith(sponsor, new TextEncoder().encode(`suicha replica ${mine.id} ${public_key}`)))
    await enrolReplica(client, { id: mine.id, public_key, label: mine.label, code, recovery: recovery && base64(recovery), voucher })
  }

  /** Leaves with the server what opens the vault to come without its PIN. */
  const entrust = (recovery: Uint8Array<ArrayBuffer>): Promise<void> => introduce(api, replica.value!, { recovery })

  async function renew(): Promise<string | null> {
    const mine = me.value
    if (!mine) return null
    /** Signed out meanwhile: an answer that comes late must not bring the person back. */
    const gone = (): boolean => me.value?.account !== mine.account
    try {
      const opened = await alone('refresh', async () => {
        await leaving.settle()
        return prolongSession(plain, replica.value?.id ?? null)
      })
      if (gone()) return null
      if (opened.me.account !== mine.account) {
        // Somebody else signed in from another tab; their token must not carry this person's work.
        ended.value = true
        return null
      }
      ended.value = false
      me.value = opened.me
      lease.renew(opened)
      await updateSession(db, mine.account, { me: opened.me, lease: lease.stored() })
      return opened.access
    } catch (error) {
      if (error instanceof NoAnswer) throw error
      if (gone()) return null
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
    await introduce(api, fresh, { sponsor: old })
    replica.value = { ...fresh, enrolled: 1 }
    await keepReplica(db, replica.value)
    await keepReplica(db, { ...old, retired: new Date().toISOString() })
    await keep(owner)
    return replica.value
  }

  /**
   * Ends the session here, and on the server as soon as that can be told. What is not sent yet stays on the device for
   * the next sign-in of the same person.
   */
  async function signOut(): Promise<void> {
    leave()
    await dropSession(db)
    void leaving.tell()
  }

  /** Nobody is here, all at once: what is still under way for one person must not go on as another. */
  function leave(): void {
    api.setAccess(null)
    me.value = null
    replica.value = null
    ended.value = false
    revoked.value = false
    lease.restore(null)
    remembered = null
  }

  return {
    me,
    replica,
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
    /** Signed out here, and the server does not know it yet. */
    leaving: leaving.pending,
    noteRevoked,
    replaceReplica,
    entrust,
    cleared: () => isCleared(db),
    /** Which phone this was, or may have been, before its storage was cleared. */
    former: (): Promise<Former | null> => (replica.value ? findFormer(db, api, replica.value) : Promise.resolve(null)),
  }
})

interface Introduction {
  /** The one-time code that enrols it. */
  code?: string | null
  recovery?: Uint8Array<ArrayBuffer>
  /** The replica that it follows after a fork. */
  sponsor?: StoredReplica
}
