/** Teams that are named for a single case 个案, and who may be. */
import type { Client } from '../../../api/client'
import type { SeatRole } from '../../../contracts/vocabulary'
import type { List, Person } from '../plans/plans'

export interface CaseObject {
  object_code: string
  name: string
  region: string
  region_name: string
  team: {
    seats: { inspector_code: string; name: string; role: SeatRole }[]
    note: string
    named_by: Person
    named_at: string
    visited: boolean
  } | null
}

export interface Eligible {
  inspector_code: string
  name: string
  waiting: number
  holds: string[]
  reasons: string[]
  labels: string[]
}

export interface EligibleList {
  seats: number
  needs: string[]
  items: Eligible[]
}

export const listCase = (api: Client, task: string): Promise<List<CaseObject>> => api.get(`/tasks/${task}/teams`)
export const listEligible = (api: Client, task: string, object: string): Promise<EligibleList> =>
  api.get(`/tasks/${task}/teams/${object}/eligible`)
export const nameTeam = (api: Client, task: string, object: string, inspectors: string[], note: string): Promise<List<CaseObject>> =>
  api.put(`/tasks/${task}/teams/${object}`, { inspectors, note })
