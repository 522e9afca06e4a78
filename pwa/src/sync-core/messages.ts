// What goes over the wire, and over the rescue bundle: shapes and limits. Twin of sync/messages.py.

import type { Operation } from './operations'

export const MAX_BATCH_OPERATIONS = 500
export const MAX_BATCH_BYTES = 1_048_576

/** Consecutive operations of one replica, with its signature over the last hash (see signedBytes). */
export interface Batch {
  readonly insp: string
  readonly rep: string
  readonly ops: readonly Operation[]
  readonly sig: string
}

/** Body of POST /inspections/{id}/ops. */
export interface Push {
  readonly rep: string
  readonly ops: readonly Operation[]
  readonly sig: string
  readonly app: string
  readonly schema: number
}

export interface Ack {
  readonly seq: number
  readonly pos: number
  readonly st: 'ok' | 'held'
  readonly code: string
}

/** `have` is the asking replica's highest stored seq; `head` and `chain` are the log's newest. */
export interface PushAnswer {
  readonly acks: readonly Ack[]
  readonly have: number
  readonly head: number
  readonly chain: string
  readonly now: string
}

/** One position of the server's log, with the time of receipt by the server's clock. */
export interface Entry {
  readonly pos: number
  readonly st: 'ok' | 'held'
  readonly code: string
  readonly recv: string
  readonly chain: string
  readonly op: Operation
}

export interface PullAnswer {
  readonly ops: readonly Entry[]
  readonly have: number
  readonly head: number
  readonly chain: string
  readonly now: string
}

/** The rescue file: signed batches of any replicas, carried by anybody. `public_key`: P-256, SPKI, base64url. */
export interface Bundle {
  readonly v: 1
  readonly replicas: readonly { readonly rep: string; readonly usr: string; readonly public_key: string }[]
  readonly batches: readonly Batch[]
}
