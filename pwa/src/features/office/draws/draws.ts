/** Pools, draws, dispatch and explanations as the server gives them, and the calls of the ceremony. */
import { type Client, ProblemError } from '../../../api/client'
import type { DrawKind, DrawState, EventType, MergeOutcome, SeatRole, TaskState } from '../../../contracts/vocabulary'
import type { Exclusion, List, Person, StratumSize } from '../plans/plans'

export interface Pool {
  id: string
  frozen_at: string
  frozen_by: Person
  root: string
  n: number
  strata: StratumSize[]
  excluded: Exclusion[]
}

export type Move =
  | 'hand_in'
  | 'commit'
  | 'record_event'
  | 'reveal'
  | 'run'
  | 'publish'
  | 'dispatch'
  | 'request_void'
  | 'approve_void'
  | 'open'
  | 'substitute'
  | 'read_result'

export interface DrawRow {
  id: string
  task: { id: string; code: string; name: string; state: TaskState }
  kind: DrawKind
  region: string
  region_name: string
  round: number
  attempt: number
  state: DrawState
  sealed: boolean
  opened_at: string | null
  event: { type: EventType; id: string; due: string; value: string | null }
  parent: string | null
  created_by: Person
  created_at: string
  committed_at: string | null
  drawn_at: string | null
  commitment_digest: string | null
  result_digest: string | null
  bundle_digest: string | null
  void: { reason: string; requested_by: Person; approved_by: Person | null; at: string | null } | null
  may: Move[]
}

export interface DrawCustodian extends Person {
  code_hash: string | null
  handed_in: boolean
  revealed: boolean
  revealed_at: string | null
  mine: boolean
}

export interface Draw extends DrawRow {
  commitment: Record<string, unknown> | null
  seed: string | null
  custodians: DrawCustodian[]
  strata: (StratumSize & { drawn: number; drawn_reserves: number })[]
  teams: {
    objects: number
    staffed: number
    insufficient: { object_code: string; name: string; reason: string; label: string; missing: string[] }[]
  } | null
  timeline: { at: string; action: string; label: string; person: string | null; name: string | null }[]
}

export interface DrawIn {
  kind: DrawKind
  region: string
  event_type: EventType
  event_id: string
  event_due: string
  custodians: string[]
}

export interface DrawnRow {
  object_code: string
  name: string
  kind: string
  stratum: string
  stratum_name: string
  rank: number
  ticket: string
  reserve: boolean
  dispatched_to: string | null
  dispatched_to_name: string | null
  match_due_on: string | null
  left: boolean
  entered: boolean
  visited: boolean
  /** Another task drew it too: whether one visit serves both, or why not. */
  merge: { outcome: MergeOutcome; draw: string; task: { code: string; name: string } } | null
  seats: { inspector_code: string; name: string; role: SeatRole }[]
}

export interface County {
  region: string
  name: string
  n: number
  matched: boolean
  /** Objects without a full team, for which another round may be drawn. */
  waiting: number
  match_due_on: string
  draw: string | null
}

export interface Dispatch {
  task: string
  state: TaskState
  counties: County[]
}

export interface Explanation {
  object_code: string
  name: string
  stratum: string
  ticket: string
  outcome: string
  label: string
  n: number | null
  k: number | null
  rank: number | null
  leaf: string
  pool_root: string
  pool_n: number
  limit: number | null
  missing: string[]
  needs: string[]
  group: { code: string; name: string }[]
  team: { inspector_code: string; name: string; role: SeatRole; ticket: string; load: number; label: string }[]
  others: { inspector_code: string; name: string; reasons: string[]; labels: string[]; ticket: string | null; load: number | null }[]
}

/** Null where the server says that there is nothing yet. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null
    throw error
  }
}

export const findPool = (api: Client, task: string): Promise<Pool | null> => orNull(api.get<Pool>(`/tasks/${task}/pool`))
export const freezePool = (api: Client, task: string): Promise<Pool> => api.post(`/tasks/${task}/pool`)
export interface Candidate {
  code: string
  name: string
  region: string
  region_name: string
  stratum: string | null
  stratum_name: string | null
  reason: string | null
  label: string | null
}

export interface Proof {
  object_code: string
  stratum: string
  salt: string
  leaf: string
  leaf_index: number
  proof: string[]
  pool_root: string
  pool_n: number
}

export const listCandidates = (
  api: Client,
  task: string,
  query: { q?: string; reason?: string; stratum?: string; cursor?: string | null; limit?: number },
): Promise<{ items: Candidate[]; next: string | null }> => api.get(`/tasks/${task}/pool/objects`, query)
export const fetchProof = (api: Client, task: string, object: string): Promise<Proof> =>
  api.get(`/tasks/${task}/pool/objects/${object}/proof`)
export const listDraws = (api: Client, task?: string): Promise<List<DrawRow>> => api.get('/draws', { task })
export const getDraw = (api: Client, id: string): Promise<Draw> => api.get(`/draws/${id}`)
export const createDraw = (api: Client, task: string, draw: DrawIn): Promise<Draw> => api.post(`/tasks/${task}/draws`, draw)
export const listCustodians = (api: Client, region: string): Promise<List<Person & { body_name: string }>> =>
  api.get('/custodians', { region })
export const handInCode = (api: Client, id: string, hash: string): Promise<Draw> =>
  api.put(`/draws/${id}/my-code`, { code_hash: hash })
export const revealCode = (api: Client, id: string, code: string): Promise<Draw> =>
  api.put(`/draws/${id}/my-code/reveal`, { code })
export const moveDraw = (api: Client, id: string, move: 'commit' | 'run' | 'publish' | 'open'): Promise<Draw> =>
  api.post(`/draws/${id}/${move}`)
export const recordEvent = (api: Client, id: string, value: string): Promise<Draw> =>
  api.post(`/draws/${id}/event`, { value })
export const requestVoid = (api: Client, id: string, reason: string): Promise<Draw> =>
  api.post(`/draws/${id}/void`, { reason })
export const approveVoid = (api: Client, id: string): Promise<Draw> => api.post(`/draws/${id}/void/approve`)
export const listDrawn = (api: Client, id: string): Promise<List<DrawnRow>> => api.get(`/draws/${id}/drawn`)
export const explainObject = (api: Client, id: string, object: string): Promise<Explanation> =>
  api.get(`/draws/${id}/objects/${object}/explanation`)
export const findDispatch = (api: Client, task: string): Promise<Dispatch | null> =>
  orNull(api.get<Dispatch>(`/tasks/${task}/dispatch`))
export const dispatchTask = (api: Client, task: string): Promise<Dispatch> => api.post(`/tasks/${task}/dispatch`)
export const fetchBundle = (api: Client, id: string): Promise<ArrayBuffer> => api.bytes(`/draws/${id}/bundle`)
