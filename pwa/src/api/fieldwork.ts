/** The inspector's part of the interface: inspections, packets, logs, files. */
import type { ObjectKind, Outcome, Result, SeatRole, TaskKind, TaskSource } from '../contracts/vocabulary'
import type { Client } from './client'

export interface Brief {
  id: string
  state: string
  rev: number
  head: number
  chain: string
  due_on: string
  publish_due_on: string | null
  changed_at: string
  task: { code: string; name: string }
  object: {
    code: string
    name: string
    kind: ObjectKind
    address: string
    phone: string
    legal_representative: string
    region_name: string
  }
  team: { person: string; name: string; role: SeatRole }[]
  checklist_digest: string
  returned: { comment: string; points: { point: string; text: string }[] } | null
}

/** Everything that an inspection needs without a network; `Document` is the frozen checklist. */
export interface Packet<Document = unknown> extends Brief {
  object: Brief['object'] & {
    region: string
    registered_on: string
    status: string
    industry: string
    authority_name: string
    tags: string[]
    licences: string[]
    risk: string
  }
  checklist: { document: Document; digest: string }
  /** 核验码, what /check/ opens. Absent in packets that a phone took along before it was sent. */
  check_code?: string
  draw: {
    draw: string
    stratum: string
    stratum_name: string
    rank: number
    ticket: string
    k: number
    n: number
    result_digest: string | null
  } | null
  /** Absent in packets that a phone took along before it was sent. */
  source?: { kind: TaskKind; source: TaskSource | null; note: string | null }
  history: {
    task: { code: string; name: string }
    checked_on: string
    result: Result | null
    state: Outcome | null
  }[]
}

export interface BriefList {
  items: Brief[]
  /** All whose record is with this person; what the phone has beyond that went to a substitute. */
  in_hand: string[]
  next_since: string
  now: string
}

export const listInspections = (client: Client, since: string | null): Promise<BriefList> =>
  client.get('/inspections', { since })

export const getPacket = <Document>(client: Client, id: string): Promise<Packet<Document>> =>
  client.get(`/inspections/${id}`)

export const pushOperations = <Answer>(client: Client, id: string, push: unknown): Promise<Answer> =>
  client.post(`/inspections/${id}/ops`, push)

export const pullOperations = <Answer>(
  client: Client,
  id: string,
  query: { after: number; chain: string; rep: string },
): Promise<Answer> => client.get(`/inspections/${id}/ops`, query)

/** Those of the files that the server does not have. */
export async function missingFiles(client: Client, sha256: string[]): Promise<Set<string>> {
  const { missing } = await client.post<{ missing: string[] }>('/blobs/missing', { sha256 })
  return new Set(missing)
}

export const getFile = (client: Client, sha256: string): Promise<ArrayBuffer> => client.bytes(`/blobs/${sha256}`)
