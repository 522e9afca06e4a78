/** What an exchange works with, and the ways in which it ends early. */
import type { Client } from '../api/client'
import type { FieldDatabase, FileRow } from '../device/database'
import type { Replica } from '../sync-core'
import type { Reach } from './reach'

/** What is under way: the list and packets, operations, files. */
export type Part = 'tasks' | 'operations' | 'files'

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
  /** Whether the server can be reached; asked after a failure, before anything is sent. */
  reach(): Promise<Reach>
  /** Whether the line costs nothing by volume; null where the browser does not tell. */
  onWifi(): boolean | null
  /** Hears what the exchange is at. */
  at(part: Part): void
  clock: () => Date
  app: string
}

/** Nothing more can be sent now, whichever inspection it is of. */
export class Interrupted extends Error {
  constructor(
    readonly why: 'offline' | 'captive' | 'signed_out' | 'revoked' | 'update' | 'busy',
    /** Seconds that the server asked to wait. */
    readonly wait: number | null = null,
  ) {
    super(why)
  }
}
