/** What an exchange works with, and the ways in which it ends early. */
import type { Client } from '../api/client'
import type { FieldDatabase, FileRow } from '../device/database'
import type { Replica } from '../sync-core'

export interface SyncContext {
  db: FieldDatabase
  client: Client
  /** The present replica, in the name of its person. */
  author(): Replica
  /** Signature of a replica of this device over the bytes, base64url. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<string>
  /** Enrols a new replica after a fork. */
  replaceReplica(): Promise<Replica>
  /** Sends one file, resuming where it stopped; `confirmed` hears of bytes that the server has. */
  upload(file: FileRow, bytes: ArrayBuffer, confirmed: (bytes: number) => void): Promise<void>
  clock: () => Date
  app: string
}

/** Nothing more can be sent now, whichever inspection it is of. */
export class Interrupted extends Error {
  constructor(
    readonly why: 'offline' | 'signed_out' | 'revoked' | 'update' | 'busy',
    /** Seconds that the server asked to wait. */
    readonly wait: number | null = null,
  ) {
    super(why)
  }
}
