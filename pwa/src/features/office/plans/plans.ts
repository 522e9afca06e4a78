/** Plans and tasks as the server gives them, and the calls that change them. */
import type { Client } from '../../../api/client'
import type { Method, PlanState, TaskState } from '../../../contracts/vocabulary'
import type { Condition } from '../../../engine/conditions'

export interface List<T> {
  items: T[]
  next: string | null
}

export interface Person {
  person: string
  name: string
}

export interface PlanRow {
  id: string
  code: string
  version: number
  title: string
  year: number
  region_name: string
  body_name: string
  state: PlanState
  row_version: number
  drafted_by: Person
  drafted_at: string
  approved_by: Person | null
  approved_at: string | null
  published_at: string | null
  digest: string | null
  task_count: number
  may: ('edit' | 'approve' | 'publish' | 'revise')[]
}

export interface Stratum {
  code: string
  name: string
  rule: Condition
  ratio: string
  reserves: number
}

interface TaskFields {
  code: string
  name: string
  region: string
  items_by_stratum: Record<string, string[]>
  scope: Condition
  cut_off: string
  period_from: string
  period_to: string
  method: Method
  mode: string
  seats: number
  match_within_days: number
  publish_within_working_days: number
}

export interface Task extends TaskFields {
  id: string
  state: TaskState
  plan: { id: string; code: string; version: number; title: string; state: PlanState }
  region_name: string
  items: { code: string; name: string }[]
  strata: (Stratum & { seq: number })[]
}

export interface Plan extends PlanRow {
  tasks: Task[]
}

export interface TaskIn extends TaskFields {
  items: string[]
  strata: Stratum[]
}

export interface PlanIn {
  title: string
  year: number
  tasks: TaskIn[]
  row_version?: number
}

export interface StratumSize {
  code: string
  name: string
  ratio: string
  n: number
  k: number
  reserves: number
}

export interface Exclusion {
  reason: string
  label: string
  n: number
}

export interface Forecast {
  n: number
  k: number
  strata: StratumSize[]
  regions: { region: string; name: string; n: number }[]
  excluded: Exclusion[]
}

export const listPlans = (api: Client): Promise<List<PlanRow>> => api.get('/plans')
export const getPlan = (api: Client, id: string): Promise<Plan> => api.get(`/plans/${id}`)
export const draftPlan = (api: Client, plan: PlanIn): Promise<Plan> => api.post('/plans', plan)
export const changePlan = (api: Client, id: string, plan: PlanIn): Promise<Plan> => api.put(`/plans/${id}`, plan)
export const movePlan = (api: Client, id: string, move: 'approve' | 'publish' | 'revise'): Promise<Plan> =>
  api.post(`/plans/${id}/${move}`)
export const listTasks = (api: Client, state?: TaskState): Promise<List<Task>> => api.get('/tasks', { state })
export const getTask = (api: Client, id: string): Promise<Task> => api.get(`/tasks/${id}`)
export const forecastTask = (api: Client, id: string): Promise<Forecast> => api.get(`/tasks/${id}/forecast`)

/** A task as it is sent: without what the server adds. */
export function taskInput(task: Task): TaskIn {
  return {
    code: task.code,
    name: task.name,
    region: task.region,
    items: task.items.map((item) => item.code),
    items_by_stratum: task.items_by_stratum,
    scope: task.scope,
    cut_off: task.cut_off,
    period_from: task.period_from,
    period_to: task.period_to,
    method: task.method,
    mode: task.mode,
    seats: task.seats,
    match_within_days: task.match_within_days,
    publish_within_working_days: task.publish_within_working_days,
    strata: task.strata.map(({ code, name, rule, ratio, reserves }) => ({ code, name, rule, ratio, reserves })),
  }
}
