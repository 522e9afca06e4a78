/** Plans, tasks, answers and forecasts as the server gives them. */
import type { Client } from '../../../api/client'
import type {
  AttachmentKind,
  MeetingDecision,
  Method,
  OpinionAnswer,
  PlanKind,
  PlanState,
  TaskKind,
  TaskSource,
  TaskState,
} from '../../../contracts/vocabulary'
import type { Condition } from '../../../engine/conditions'

export interface List<T> {
  items: T[]
  next: string | null
}

export interface Person {
  person: string
  name: string
}

export type PlanMove = 'edit' | 'answer' | 'meet' | 'approve' | 'file' | 'publish' | 'revise'

export interface PlanRow {
  id: string
  code: string
  version: number
  kind: PlanKind
  title: string
  year: number
  region: string
  region_name: string
  body: string
  body_name: string
  state: PlanState
  row_version: number
  drafted_by: Person
  drafted_at: string
  approved_by: Person | null
  approved_at: string | null
  published_at: string | null
  reason: string | null
  filing: string | null
  filed_at: string | null
  due_on: string | null
  late: boolean
  digest: string | null
  task_count: number
  may: PlanMove[]
}

export interface Stratum {
  code: string
  name: string
  rule: Condition
  /** One of the two: a ratio p/q of its objects, or a number of them. */
  ratio: string | null
  number: number | null
  reserves: number
}

interface TaskFields {
  code: string
  name: string
  kind: TaskKind
  source: TaskSource | null
  source_note: string | null
  trigger: string | null
  lead: string | null
  participants: string[]
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
  frequency_cap: number | null
  observation_months: number | null
  observation_risks: string[]
  merge_visits: boolean
  group_size: number
  cool_off_months: number
  experts: number
  expert_specialities: string[]
  sealed: boolean
}

export interface Task extends TaskFields {
  id: string
  state: TaskState
  plan: { id: string; code: string; version: number; kind: PlanKind; title: string; state: PlanState }
  region_name: string
  items: { code: string; name: string }[]
  strata: (Stratum & { seq: number })[]
}

export interface Body {
  code: string
  name: string
}

/** A body that can lead or take part, with its region. */
export interface Partner extends Body {
  region: string
  region_name: string
}

export interface Attachment {
  kind: AttachmentKind
  name: string
  mime: string
  size: number
  sha256: string
}

export interface Opinion {
  body: Body
  answer: OpinionAnswer
  text: string
  by: Person
  given_at: string
  void: boolean
}

export interface Meeting {
  held_on: string
  attendees: string
  decision: MeetingDecision
  minutes: string
  file: string | null
  by: Person
  recorded_at: string
  void: boolean
}

export interface Consultation {
  digest: string
  participants: Body[]
  waiting: Body[]
  objecting: Body[]
  opinions: Opinion[]
  meetings: Meeting[]
}

export interface Plan extends PlanRow {
  attachments: Attachment[]
  consultation: Consultation
  tasks: Task[]
}

export interface TaskIn extends TaskFields {
  items: string[]
  strata: Stratum[]
}

export interface PlanIn {
  kind: PlanKind
  title: string
  year: number
  tasks: TaskIn[]
  row_version?: number
}

export interface Change {
  task: string | null
  stratum: string | null
  field: string
  before: unknown
  after: unknown
}

export interface Difference {
  against: number | null
  changes: Change[]
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

export interface Cell {
  stratum: string
  region: string
  n: number
}

export interface RegionSize {
  region: string
  name: string
  n: number
  k: number
  inspectors: number
  per_inspector: number | null
}

export interface Forecast {
  n: number
  k: number
  strata: StratumSize[]
  regions: RegionSize[]
  cells: Cell[]
  excluded: Exclusion[]
}

export interface Share {
  part: number
  whole: number
  least: string
  enough: boolean
}

export interface PlanForecast {
  tasks: Forecast[]
  coverage: Share
  risk_use: Share
}

const SIZE_FIELDS = [
  ...(['kind', 'region', 'items', 'participants', 'scope', 'cut_off', 'period_from', 'seats', 'frequency_cap'] as const),
  ...(['observation_months', 'observation_risks', 'strata'] as const),
]
const TASK_FIELDS = [
  ...(['code', 'name', 'kind', 'source', 'source_note', 'trigger', 'lead', 'participants', 'region'] as const),
  ...(['items_by_stratum', 'scope', 'cut_off', 'period_from', 'period_to', 'method', 'mode', 'seats'] as const),
  ...(['match_within_days', 'publish_within_working_days', 'frequency_cap', 'observation_months'] as const),
  ...(['observation_risks', 'merge_visits', 'group_size', 'cool_off_months', 'experts'] as const),
  ...(['expert_specialities', 'sealed'] as const),
]
/** What decides how many objects a task draws and whom it burdens. */
export type TaskSize = Pick<TaskIn, (typeof SIZE_FIELDS)[number]>

export const listPlans = (api: Client): Promise<List<PlanRow>> => api.get('/plans')
export const getPlan = (api: Client, id: string): Promise<Plan> => api.get(`/plans/${id}`)
export const draftPlan = (api: Client, plan: PlanIn): Promise<Plan> => api.post('/plans', plan)
export const changePlan = (api: Client, id: string, plan: PlanIn): Promise<Plan> => api.put(`/plans/${id}`, plan)
export const movePlan = (api: Client, id: string, move: 'approve' | 'publish'): Promise<Plan> =>
  api.post(`/plans/${id}/${move}`)
export const revisePlan = (api: Client, id: string, reason: string): Promise<Plan> =>
  api.post(`/plans/${id}/revise`, { reason })
export const filePlan = (api: Client, id: string, filing: string): Promise<Plan> =>
  api.post(`/plans/${id}/filing`, { filing })
export const listPartners = (api: Client): Promise<List<Partner>> => api.get('/plans/partners')
export const getDifference = (api: Client, id: string): Promise<Difference> => api.get(`/plans/${id}/difference`)
export const answerPlan = (
  api: Client,
  id: string,
  opinion: { answer: OpinionAnswer; text: string; digest: string },
): Promise<Plan> => api.post(`/plans/${id}/opinions`, opinion)
export const recordMeeting = (
  api: Client,
  id: string,
  meeting: Pick<Meeting, 'held_on' | 'attendees' | 'decision' | 'minutes' | 'file'> & { digest: string },
): Promise<Plan> => api.post(`/plans/${id}/meetings`, meeting)
export const attachFile = (api: Client, id: string, kind: AttachmentKind, file: File): Promise<Plan> =>
  api.upload(`/plans/${id}/attachments?${new URLSearchParams({ kind, name: file.name }).toString()}`, file)
export const detachFile = (api: Client, id: string, sha256: string): Promise<Plan> =>
  api.del(`/plans/${id}/attachments/${sha256}`)
export const readFile = (api: Client, id: string, sha256: string): Promise<ArrayBuffer> =>
  api.bytes(`/plans/${id}/attachments/${sha256}`)
export const listTasks = (api: Client, state?: TaskState): Promise<List<Task>> => api.get('/tasks', { state })
export const getTask = (api: Client, id: string): Promise<Task> => api.get(`/tasks/${id}`)
export const forecastTask = (api: Client, id: string): Promise<Forecast> => api.get(`/tasks/${id}/forecast`)
export const forecastDraft = (api: Client, tasks: TaskSize[]): Promise<PlanForecast> =>
  api.post('/plans/forecast', { tasks })

/** A task as it is sent: without what the server adds. */
export function taskInput(task: Task): TaskIn {
  return {
    ...picked(task, TASK_FIELDS),
    items: task.items.map((item) => item.code),
    strata: task.strata.map(({ code, name, rule, ratio, number, reserves }) => ({ code, name, rule, ratio, number, reserves })),
  }
}

/** What of a task a forecast needs. */
export const sizeOf = (task: TaskIn): TaskSize => picked(task, SIZE_FIELDS)

function picked<T extends object, K extends keyof T>(row: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<T, K>
}
