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
  /** Changes whenever the packet does. Absent where the server does not say. */
  packet_etag?: string
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
  /** The numbers of the team are absent in packets of before they were kept. */
  team: (Brief['team'][number] & { phone?: string })[]
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
    /** What each point was answered with, where that record still tells; absent in older packets. */
    answers?: Readonly<Record<string, unknown>>
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

/** The packet, or null when it is still the one of this tag. */
export const getPacket = <Document>(client: Client, id: string, etag: string | null) =>
  client.fresh<Packet<Document>>(`/inspections/${id}`, etag)

export const pushOperations = <Answer>(client: Client, id: string, push: unknown): Promise<Answer> =>
  client.post(`/inspections/${id}/ops`, push)

export const pullOperations = <Answer>(
  client: Client,
  id: string,
  query: { after: number; chain: string; rep: string },
): Promise<Answer> => client.get(`/inspections/${id}/ops`, query)

/** Those of the files that the server does not have: for this inspection, or for none of this person's. */
export async function missingFiles(client: Client, inspection: string | null, sha256: string[]): Promise<Set<string>> {
  const { missing } = await client.post<{ missing: string[] }>('/blobs/missing', { sha256, inspection })
  return new Set(missing)
}

export const getFile = (client: Client, sha256: string, size?: number): Promise<ArrayBuffer> =>
  client.bytes(`/blobs/${sha256}`, size)

/** What became of one batch of a rescue file. */
export interface ImportedBatch {
  insp: string
  rep: string
  st: 'stored' | 'gap' | 'fork' | 'refused'
  code: string
  /** Files that stored operations name and that have not arrived. */
  missing: string[]
}

export const importBundle = (client: Client, bundle: unknown): Promise<{ batches: ImportedBatch[] }> =>
  client.post('/import', bundle)
