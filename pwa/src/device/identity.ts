/**
 * Who works on this device: the last session and the replicas enrolled here with their keys.
 * Private keys cannot be exported, not even by this program. Records are in ./database.
 */
import { Dexie, type EntityTable, type Table } from 'dexie'

export interface StoredSession<Me = unknown> {
  key: 'current'
  me: Me
  replica: string | null
  lease?: StoredLease | null
}

/** Somebody signed out here, and the server has not heard of it: the cookie still stands for them. */
export interface StoredLeaving {
  key: 'leaving'
}

/** Until when new work may be written without the server, and the latest that this device's clock has ever said. */
export interface StoredLease {
  until: number
  seen: number
}

/** One installation for one account. `enrolled` turns 1 when the server has its public key. */
export interface StoredReplica {
  id: string
  account: string
  username: string
  keys: CryptoKeyPair
  label: string
  enrolled: 0 | 1
  /** A replica given up after a fork stays for the record; `retired` says when. */
  retired: string | null
  /** The server has said that it takes nothing more from it. */
  revoked?: boolean
}

/** The key of an account's rows on this device, as ./vault wraps it. */
export interface StoredVault {
  account: string
  /** The replica for which the server keeps the recovery secret. */
  keeper: string
  device: CryptoKey
  salt: Uint8Array<ArrayBuffer>
  rounds: number
  byPin: Wrap
  byRecovery: Wrap
  /** Wrong PINs since the last right one. */
  wrong: number
}

export interface Wrap {
  iv: Uint8Array<ArrayBuffer>
  box: ArrayBuffer
}

export class IdentityDatabase extends Dexie {
  declare sessions: Table<StoredSession | StoredLeaving, string>
  declare replicas: EntityTable<StoredReplica, 'id'>
  declare vaults: EntityTable<StoredVault, 'account'>

  constructor(name = 'suicha') {
    super(name, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({ sessions: 'key', replicas: 'id, account, username' })
    this.version(2).stores({ vaults: 'account' })
  }
}

export async function findSession<Me>(db: IdentityDatabase): Promise<StoredSession<Me> | null> {
  return ((await db.sessions.get('current')) as StoredSession<Me> | undefined) ?? null
}

export async function keepSession<Me>(
  db: IdentityDatabase,
  me: Me,
  replica: string | null,
  lease: StoredLease | null,
): Promise<void> {
  await db.sessions.put({ key: 'current', me, replica, lease })
}

/** Changes what is remembered of whoever is signed in, if that is somebody of this account; brings nobody back. */
export async function updateSession(db: IdentityDatabase, account: string | undefined, changes: Partial<Omit<StoredSession, 'key'>>): Promise<void> {
  await db.sessions.where({ key: 'current' }).modify((row) => {
    if ('me' in row && (row.me as { account: string }).account === account) Object.assign(row, changes)
  })
}

/** Forgets who is signed in, and remembers that the server is to be told. Replicas and records stay. */
export async function dropSession(db: IdentityDatabase): Promise<void> {
  await db.transaction('rw', db.sessions, async () => {
    await db.sessions.delete('current')
    await db.sessions.put({ key: 'leaving' })
  })
}

export const isLeaving = async (db: IdentityDatabase): Promise<boolean> => (await db.sessions.get('leaving')) !== undefined

/** The server knows. */
export const noteLeft = (db: IdentityDatabase): Promise<void> => db.sessions.delete('leaving')

/** The replica in use of an account here, by account id or, before the sign-in, by username. */
export async function findReplica(
  db: IdentityDatabase,
  by: { account: string } | { username: string },
): Promise<StoredReplica | null> {
  const found = (await db.replicas.where(by).toArray()).filter((replica) => replica.retired === null)
  return found.find((replica) => replica.enrolled) ?? found[0] ?? null
}

/** All replicas that ever were of this device, for whichever account. */
export async function ownReplicas(db: IdentityDatabase): Promise<Set<string>> {
  return new Set(await db.replicas.toCollection().primaryKeys())
}

export async function keepReplica(db: IdentityDatabase, replica: StoredReplica): Promise<void> {
  await db.replicas.put(replica)
}
