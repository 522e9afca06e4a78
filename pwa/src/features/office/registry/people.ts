/** Inspectors, experts and recusals as the server gives them. */
import type { Client } from '../../../api/client'
import type { CertificateState, ExpertStatus, InspectorStatus, RecusalSource } from '../../../contracts/vocabulary'
import type { List } from '../plans/plans'
import type { Change, Filters } from './entries'

interface Entry {
  code: string
  name: string
  region: string
  region_name: string
  maintained_by: string
  maintained_by_name: string
  specialities: string[]
  mine: boolean
  row_version: number
}

export interface Inspector extends Entry {
  person: string
  department: string
  certificate_no: string
  certificate_expires_on: string
  certificate_state: CertificateState
  qualifications: string[]
  phone: string
  status: InspectorStatus
}

export interface Expert extends Entry {
  organisation: string
  phone: string
  status: ExpertStatus
}

export type InspectorDetail = Inspector & { changes: Change[] }
export type ExpertDetail = Expert & { changes: Change[] }

export interface Recusal {
  id: string
  inspector: string
  inspector_name: string
  object: string
  object_name: string
  reason: string
  raised_by: RecusalSource
  created_at: string
  withdrawn_at: string | null
  withdrawn_because: string | null
}

export interface RecusalIn {
  inspector: string
  object: string
  reason: string
  raised_by: RecusalSource
}

export const INSPECTOR_FILTERS = ['q', 'region', 'status', 'certificate'] as const
export const EXPERT_FILTERS = ['q', 'region', 'status'] as const

export const listInspectors = (
  api: Client,
  filters: Filters<(typeof INSPECTOR_FILTERS)[number]> = {},
  signal?: AbortSignal,
): Promise<List<Inspector>> => api.get('/inspectors', filters, signal)
export const getInspector = (api: Client, code: string): Promise<InspectorDetail> => api.get(`/inspectors/${code}`)
export const createInspector = (api: Client, entry: object): Promise<InspectorDetail> => api.post('/inspectors', entry)
export const changeInspector = (api: Client, code: string, changes: object): Promise<InspectorDetail> =>
  api.patch(`/inspectors/${code}`, changes)

export const listExperts = (
  api: Client,
  filters: Filters<(typeof EXPERT_FILTERS)[number]> = {},
  signal?: AbortSignal,
): Promise<List<Expert>> => api.get('/experts', filters, signal)
export const getExpert = (api: Client, code: string): Promise<ExpertDetail> => api.get(`/experts/${code}`)
export const createExpert = (api: Client, entry: object): Promise<ExpertDetail> => api.post('/experts', entry)
export const changeExpert = (api: Client, code: string, changes: object): Promise<ExpertDetail> =>
  api.patch(`/experts/${code}`, changes)

export const listRecusals = (
  api: Client,
  query: { inspector?: string; object?: string; withdrawn?: boolean; cursor?: string } = {},
  signal?: AbortSignal,
): Promise<List<Recusal>> => api.get('/recusals', query, signal)
export const raiseRecusal = (api: Client, recusal: RecusalIn): Promise<Recusal> => api.post('/recusals', recusal)
export const withdrawRecusal = (api: Client, id: string, reason: string): Promise<Recusal> =>
  api.post(`/recusals/${id}/withdraw`, { reason })
export const raiseRecusalsByRule = (api: Client): Promise<{ raised: number }> => api.post('/recusals/by-rule')

/** How pressing the end of a certificate is. */
export const certificateTone = (state: CertificateState): string => ({ valid: 'good', expiring: 'warn', expired: 'bad' })[state]
