/** Substitutions as the server gives them, their evidence, and how often they happen. */
import type { Client } from '../../../api/client'
import type { DrawKind, EventType, SubstitutionState } from '../../../contracts/vocabulary'
import type { List, Person } from '../plans/plans'
import type { DrawnRow } from './draws'

export interface NamedCode {
  code: string
  name: string
}

export interface Evidence {
  sha256: string
  name: string
  mime: string
  size: number
}

export interface Substitution {
  id: string
  draw: string
  kind: DrawKind
  number: number | null
  state: SubstitutionState
  objects: NamedCode[]
  leaving: NamedCode
  substitute: NamedCode | null
  reason: string
  reason_name: string
  note: string
  evidence: Evidence
  requested_by: Person
  requested_at: string
  decided_by: Person | null
  decided_at: string | null
  refusal: string | null
  event: { type: EventType; id: string; due: string; value: string | null } | null
  request_digest: string | null
  withdrawn_by: Person | null
  withdrawn_at: string | null
  withdrawal: string | null
  drawn_at: string | null
  may: ('decide' | 'record_event' | 'withdraw')[]
}

export interface SubstitutionIn {
  objects: string[]
  leaving: string
  reason: string
  note: string
  evidence: string
}

export interface Rate {
  substituted: number
  seats: number
  share: number
  alarm: boolean
}

export interface Rates extends Rate {
  items: (Rate & { by: 'task' | 'county' | 'requester' | 'inspector'; key: string; name: string })[]
}

/** Reasons that nobody can bring about for convenience; the server keeps the same lists. */
export const REASONS: Record<DrawKind, string[]> = {
  inspectors: ['recusal', 'illness', 'transfer', 'certificate'],
  objects: ['deregistered', 'revoked', 'closed', 'moved', 'duplicate'],
}

/** The objects of a group that somebody leaves with this one: those not visited yet where the seat is still theirs. */
export function together(row: DrawnRow, group: NamedCode[], rows: DrawnRow[], leaving: string): DrawnRow[] {
  const others = new Set(group.map(({ code }) => code))
  const theirs = (one: DrawnRow): boolean => one.seats.some((seat) => seat.inspector_code === leaving)
  return [row, ...rows.filter((one) => others.has(one.object_code) && !one.left && !one.visited && theirs(one))]
}

export const listSubstitutions = (api: Client, draw: string): Promise<List<Substitution>> =>
  api.get(`/draws/${draw}/substitutions`)
export const listWaiting = (api: Client): Promise<List<Substitution>> => api.get('/substitutions')
export const requestSubstitution = (api: Client, draw: string, request: SubstitutionIn): Promise<Substitution> =>
  api.post(`/draws/${draw}/substitutions`, request)
export const approveSubstitution = (
  api: Client,
  id: string,
  event: { event_type?: EventType; event_id?: string; event_due?: string },
): Promise<Substitution> => api.post(`/substitutions/${id}/approve`, event)
export const refuseSubstitution = (api: Client, id: string, reason: string): Promise<Substitution> =>
  api.post(`/substitutions/${id}/refuse`, { reason })
export const withdrawSubstitution = (api: Client, id: string, reason: string): Promise<Substitution> =>
  api.post(`/substitutions/${id}/withdraw`, { reason })
export const recordSubstitutionEvent = (api: Client, id: string, value: string): Promise<Substitution> =>
  api.post(`/substitutions/${id}/event`, { value })
export const sendEvidence = (api: Client, draw: string, file: File): Promise<Evidence> =>
  api.upload(`/draws/${draw}/evidence?name=${encodeURIComponent(file.name.slice(-120))}`, file)
export const fetchRates = (api: Client): Promise<Rates> => api.get('/substitutions/rates')
