/** The published documents as the portal reads them; nothing else is reachable from here. */
import { createClient, NoAnswer, ProblemError } from '../../api/client'
import type { TaskKind } from '../../contracts/vocabulary'
import type { Bundle } from '../../verifier/documents'

const client = createClient({ base: '/portal/v1', language: () => document.documentElement.lang })
// A check code is no publication: it opens one visit to whoever holds it.
const door = createClient({ base: '/api/v1', language: () => document.documentElement.lang })

export interface Version {
  version: number
  state: 'published' | 'corrected' | 'withdrawn'
  published_at: string
  digest: string
}

export interface Entry extends Version {
  key: string
  kind: string
  title: string
  region: string
}

export interface ResultEntry extends Entry {
  object_name: string
  object_code: string
  result: string | null
  result_name: string
  checked_on: string
  organ: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Published<T> extends Entry {
  document: T
  versions: Version[]
}

export interface ItemList {
  items: {
    code: string
    version: number
    name: string
    name_en: string
    category: string
    key: boolean
    ratio_cap: string | null
    legal_basis: string
    method: string
    object_kinds: string[]
    effective_from: string
  }[]
}

export interface PlanReference {
  code: string
  version: number
  title: string
  digest: string
}

export interface DrawReference {
  id: string
  commitment_digest: string
  result_digest: string
  bundle: string
}

export interface ResultDocument {
  raninsPlanId: string
  raninsPlaneName: string
  raninsTaskId: string
  raninsTaskName: string
  raninsTypeName: string
  insAuth: string
  insDate: string
  pripId: string
  details: { seqno: number; raninsItemName: string; raninsCheckResName: string }[]
  plan: PlanReference
  task: { id: string; code: string; name: string }
  object: { code: string; name: string; kind_name: string; region_name: string; address: string }
  result: { code: string; name: string } | null
  state: { code: string; name: string } | null
  items: { code: string; version: number; name: string; result: string; result_name: string }[]
  organ: string
  checked_on: string
  reviewed_on: string
  signed_on: string
  record: { rev: number; digest: string; checklist_digest: string }
  inspectors: { code: string; name: string; role: string; role_name: string }[]
  /** Absent in documents published before it was shown. */
  kind?: { code: TaskKind; name: string }
  shared_with?: { id: string; code: string; name: string }[]
  /** Null where a single case named object and team. */
  draw: (DrawReference & { stratum: string; rank: number; k: number; n: number; ratio: string; ticket: string }) | null
  match: DrawReference | null
}

export interface Ranked {
  rank: number
  id: string
  ticket: string
}

export interface Commitment {
  draw: string
  kind: string
  strata: { code: string; n: number; ratio: string; k: number; reserves: number }[]
  pool: { root: string; n: number }
  roster: { root: string; n: number }
  seats: number
  custodians: { id: string; code_hash: string }[]
  event: { type: string; id: string; due: string }
}

export interface DrawResult {
  draw: string
  digest: string
  seed: string
  commitment: string
  assignments: string
  strata: { code: string; drawn: Ranked[]; reserves: Ranked[] }[]
}

export interface DrawDocument {
  id: string
  kind: 'objects' | 'inspectors'
  kind_name: string
  state: 'committed' | 'published' | 'void'
  state_name: string
  attempt: number
  task: { id: string; code: string; name: string }
  plan: PlanReference
  region: string
  region_name: string
  /** Null where the draw was given up before it was committed. */
  commitment: Commitment | null
  commitment_digest: string | null
  committed_at: string | null
  event: { type: string; id: string; due: string; value: string | null }
  custodians: { id: string; name: string; code_hash: string | null; code: string | null }[]
  seed: string | null
  result: DrawResult | null
  result_digest: string | null
  bundle: { address: string; digest: string } | null
  parent: string | null
  /** Unannounced 封存: the digest that was public, and when it was opened. */
  seal?: { digest: string; opened_at: string | null } | null
  substitutions?: {
    number: number
    state: 'approved' | 'withdrawn' | 'drawn'
    digest: string
    event: { id: string; due: string }
    request: { objects: string[]; out: string; reason: string } | null
    substitute: string | null
    /** Why it was given up, if it was. */
    withdrawal?: string | null
  }[]
  /** Drawn objects that the visit of another task serves. */
  merged?: { object: string; draw: string; task: { code: string; name: string } }[]
  void: { reason: string; at: string } | null
}

const at = encodeURIComponent

export const fetchItems = (): Promise<Published<ItemList>> => client.get('/items')
export const listPlans = (cursor?: string | null, limit = 50): Promise<Page<Entry>> =>
  client.get('/plans', { cursor, limit })
export const fetchPlan = (key: string): Promise<Published<PlanDocument>> => client.get(`/plans/${at(key)}`)
export const listDraws = (cursor?: string | null, limit = 50): Promise<Page<Entry>> =>
  client.get('/draws', { cursor, limit })
export const fetchDraw = (key: string): Promise<Published<DrawDocument>> => client.get(`/draws/${at(key)}`)
export const fetchBundle = (key: string): Promise<Bundle> => client.get(`/draws/${at(key)}/bundle`)
export const searchResults = (q: string, cursor?: string | null, limit = 20): Promise<Page<ResultEntry>> =>
  client.get('/results', { q, cursor, limit })
export const fetchResult = (key: string, version?: string): Promise<Published<ResultDocument>> =>
  client.get(`/results/${at(key)}`, { version })

export const fetchCheck = (code: string): Promise<Check> => door.get(`/checks/${at(code)}`)

export interface Check {
  object: { code: string; name: string }
  task: { code: string; name: string }
  body_name: string
  state: string
  team: { name: string; role_label: string; certificate: string }[]
  items: { code: string; name: string }[]
  draw: { id: string; stratum_name: string; rank: number; k: number; n: number } | null
  match: { id: string } | null
}

export type Failure = 'absent' | 'refused' | 'unreachable'

/** Why something can not be shown, in the portal's few kinds. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ProblemError) return error.status === 404 ? 'absent' : 'refused'
  if (error instanceof NoAnswer) return 'unreachable'
  throw error
}

/** What came with the second shape of the document is absent from the first. */
export interface PlanDocument {
  kind?: 'annual' | 'special'
  reason?: string | null
  attachments?: { kind: string; name: string; size: number; sha256: string }[]
  code: string
  version: number
  title: string
  year: number
  tasks: {
    code: string
    name: string
    items: string[]
    cut_off: string
    period_from: string
    period_to: string
    method: string
    mode: string
    seats: number
    match_within_days: number
    publish_within_working_days: number
    kind?: string
    source?: string | null
    trigger?: string | null
    participants?: string[]
    frequency_cap?: number | null
    merge_visits?: boolean
    sealed?: boolean
    strata: { code: string; name: string; ratio: string | null; number?: number | null; reserves: number }[]
  }[]
}

/** Where a file that a published plan names is fetched. */
export const planFileUrl = (key: string, version: number, sha256: string): string =>
  `/portal/v1/plans/${encodeURIComponent(key)}/files/${sha256}?version=${version}`
