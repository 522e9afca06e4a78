/** The three directories as the server gives them. */
import type { Client } from '../../../api/client'
import type { List } from '../plans/plans'

export interface CheckPoint {
  code: string
  title: string
  guidance: string
  answer: { type: string; unit?: string; min?: string; max?: string }
  required: boolean
}

export interface Item {
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
  points: CheckPoint[]
  effective_from: string
}

export interface ObjectRow {
  code: string
  kind: string
  name: string
  region: string
  region_name: string
  authority_name: string
  registered_on: string
  status: string
  industry: string
  address: string
  tags: string[]
  licences: string[]
  risk: string
}

export interface Inspector {
  code: string
  person: string
  name: string
  region: string
  region_name: string
  certificate_no: string
  certificate_expires_on: string
  qualifications: string[]
  status: string
}

export interface ObjectQuery {
  q?: string
  kind?: string
  region?: string
  cursor?: string
}

export interface Region {
  code: string
  name: string
}

export const PAGE = 50

export const listItems = (api: Client): Promise<List<Item>> => api.get('/items')
export const listObjects = (api: Client, query: ObjectQuery): Promise<List<ObjectRow>> =>
  api.get('/objects', { ...query, limit: PAGE })
export const getObject = (api: Client, code: string): Promise<ObjectRow & { legal_representative: string; phone: string }> =>
  api.get(`/objects/${code}`)
export const listInspectors = (api: Client, region?: string): Promise<List<Inspector>> => api.get('/inspectors', { region })

/** The regions that the person can choose from: their own and every one below that has inspectors. */
export function regionsOf(mine: Region, inspectors: Inspector[]): Region[] {
  const found = new Map([[mine.code, mine.name]])
  for (const row of inspectors) found.set(row.region, row.region_name)
  return [...found].map(([code, name]) => ({ code, name })).sort((a, b) => (a.code < b.code ? -1 : 1))
}
