/** The reviewer's and the supervisor's part of the interface: queues, whole records, decisions. */
import type { Client } from '../../../api/client'
import type { InspectionState, ObjectKind, Outcome, Result, ReviewDecision, SeatRole } from '../../../contracts/vocabulary'
import type { ChecklistDocument, Results, Status } from '../../../engine/checklist'

export type Desk = 'reviews' | 'sign-offs'
export type View = 'open' | 'mine' | 'recent'
export type Level = 'green' | 'amber' | 'red'

export interface Deadline {
  publish_due_on: string | null
  working_days_left: number | null
  level: Level | null
  /** That year's holidays are not announced yet. */
  provisional: boolean
}

export interface QueueRow extends Deadline {
  id: string
  object: { code: string; name: string; kind: ObjectKind }
  task: { id: string; code: string; name: string }
  region: string
  region_name: string
  state: InspectionState
  rev: number
  submitted_at: string | null
  result: Result | null
  outcome_state: Outcome | null
  problems: number
  inspectors: string[]
  reviewer: string | null
  decided_at: string | null
  blobs_missing: number
  held: number
}

export interface Queue {
  items: QueueRow[]
  next: string | null
  counts: Partial<Record<View, number>>
}

export interface Photo {
  id: string
  sha256: string
  size: number
  mime: string
  w: number | null
  h: number | null
  at: string | null
  lat: string | null
  lon: string | null
  /** Accuracy in metres. */
  acc: string | null
  /** Skew of the device's clock in ms. */
  off: number | null
  /** The photo that this one is a drawn-on copy of. */
  of?: string
  missing: boolean
}

export interface Signature {
  slot: string
  role: 'lead' | 'member' | 'representative'
  name: string
  pad: string | null
  at: string
  refused: { why: string; witness: string } | null
  rev: number
  stands: boolean
}

export interface LogLine {
  pos: number
  rev: number | null
  kind: string
  reg: string
  value: unknown
  author: string
  device_label: string
  at: string | null
  received_at: string
  off: number | null
  status: 'ok' | 'held'
  code: string | null
}

export type HeldDecision = 'admit' | 'dismiss'

export interface Held extends Omit<LogLine, 'status' | 'off'> {
  decisions: HeldDecision[]
}

export interface PointComment {
  point: string
  text: string
}

export interface Review {
  rev: number
  decision: ReviewDecision
  comment: string
  points: PointComment[]
  reviewer: string
  decided_at: string
}

export interface CaseRecord {
  inspection: Deadline & {
    id: string
    state: InspectionState
    rev: number
    due_on: string
    check_ended_at: string | null
    region: string
    region_name: string
  }
  object: ChecklistDocument['object'] & { kind: ObjectKind; legal_representative: string; phone: string }
  task: { id: string; code: string; name: string }
  team: { person: string; name: string; role: SeatRole; certificate: string | null }[]
  checklist: ChecklistDocument
  checklist_digest: string
  /** Of the sealed record of this revision; what the supervisor signs. */
  digest: string | null
  registers: Record<string, unknown>
  conflicts: { reg: string; values: { value: unknown; author: string; at: string }[] }[]
  results: Results
  status: Status
  photos: Record<string, Photo[]>
  signatures: Signature[]
  held: Held[]
  history: LogLine[]
  reviews: Review[]
  sign_off: { rev: number; supervisor: string; signed_at: string } | null
  revisions: { rev: number; digest: string; sealed_at: string }[]
  /** From the previous sealed revision to this one; null is absent. */
  differences: { reg: string; before: unknown; after: unknown }[]
  blobs_missing: string[]
  may: { return: boolean; approve: boolean; sign_off: boolean }
}

export const listQueue = (client: Client, desk: Desk, view: View, cursor: string | null): Promise<Queue> =>
  client.get(`/${desk}`, { view, cursor, limit: 100 })

export const getRecord = (client: Client, id: string): Promise<CaseRecord> => client.get(`/records/${id}`)

export const returnRecord = (
  client: Client,
  id: string,
  decision: { rev: number; comment: string; points: PointComment[] },
): Promise<CaseRecord> => client.post(`/records/${id}/return`, decision)

export const approveRecord = (
  client: Client,
  id: string,
  decision: { rev: number; comment: string },
): Promise<CaseRecord> => client.post(`/records/${id}/approve`, decision)

export const signOffRecord = (
  client: Client,
  id: string,
  decision: { rev: number; digest: string; signature: string },
): Promise<CaseRecord> => client.post(`/records/${id}/sign-off`, decision)

export const decideHeld = (
  client: Client,
  id: string,
  pos: number,
  decision: { decision: HeldDecision; reason: string },
): Promise<CaseRecord> => client.post(`/records/${id}/held/${pos}`, decision)
