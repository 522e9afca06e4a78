/**
 * Whether this browser once was a phone of this person and its storage was cleared, by the system for want of space or
 * by hand. Nothing in the tables can tell. A mark outside of them stays where only they are cleared (Chromium); Safari
 * clears both, and there the server's list of the person's phones is all there is to go by.
 */
import { listOwnDevices, type OwnDevice } from '../api/accounts'
import type { Client } from '../api/client'
import { ownReplicas, type IdentityDatabase, type StoredReplica } from '../device/identity'

const STORED = 'suicha.phones'
const PATIENCE_MS = 5_000

export interface Former {
  /** This browser it was. Otherwise a phone of the same kind, which may as well lie in a drawer. */
  sure: boolean
  /** What the server knows of it, if it could be asked. */
  device: OwnDevice | null
}

/** The replicas that this browser has worked under, by account. */
function marks(): Record<string, string> {
  try {
    return (JSON.parse(localStorage.getItem(STORED) ?? '{}') ?? {}) as Record<string, string>
  } catch {
    return {}
  }
}

/** Remembers, outside of the tables, that this browser is a phone of this account. */
export function markPhone({ account, id }: StoredReplica): void {
  localStorage.setItem(STORED, JSON.stringify({ ...marks(), [account]: id }))
}

/** Whether this browser was a phone of anybody and knows nothing more of it. */
export async function isCleared(db: IdentityDatabase): Promise<boolean> {
  return Object.keys(marks()).length > 0 && (await db.replicas.count()) === 0
}

/** Which phone this browser was, or may have been, before the replica that it has now. */
export async function findFormer(db: IdentityDatabase, api: Client, mine: StoredReplica): Promise<Former | null> {
  const own = await ownReplicas(db)
  const marked = marks()[mine.account]
  if (marked && own.has(marked)) return null
  const { items } = await listOwnDevices(api, AbortSignal.timeout(PATIENCE_MS)).catch(() => ({ items: [] as OwnDevice[] }))
  if (marked) return { sure: true, device: items.find(({ id }) => id === marked) ?? null }
  const alike = items.find(({ id, label, state }) => !own.has(id) && label === mine.label && state === 'active')
  return alike ? { sure: false, device: alike } : null
}
