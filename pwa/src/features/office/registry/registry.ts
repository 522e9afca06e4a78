/** The item list and the object directory as the server gives them. */
import type { Client } from '../../../api/client'
import type { ItemStage, ItemState, LicenceStatus, Method, ObjectKind, ObjectStatus, Result, RiskLevel } from '../../../contracts/vocabulary'
import type { AnswerSpec } from '../../../engine/checklist'
import type { Condition } from '../../../engine/conditions'
import type { List } from '../plans/plans'
import type { Change, FieldChange, Filters } from './entries'
import type { Recusal } from './people'

/** A check point as the directory keeps it. */
export interface CheckPoint {
  code: string
  seq: number
  title: string
  title_en: string
  guidance: string
  answer: AnswerSpec
  required: boolean
  visible_when: Condition
  photo: { min: number; on?: string[] }
  note_on: string[] | null
  results: Record<string, Result> | null
  shared_key: string | null
  phrases: string[]
}

export interface Guidance {
  procedure?: string
  content?: string
  method?: string
}

/** The content of one version of an item. */
export interface ItemIn {
  code: string
  category: string
  name: string
  name_en: string
  sub_item: string
  content: string
  legal_basis: string
  executing_body: string
  joint_departments: string[]
  object_kinds: ObjectKind[]
  method: Method
  key: boolean
  ratio_cap: string | null
  frequency_cap: number | null
  random_fit: boolean
  unfit_reason: string
  qualifications: string[]
  applies: Condition
  points: CheckPoint[]
  guidance: Guidance
  effective_from: string
}

interface Version {
  version: number
  state: ItemState
  stage: ItemStage
  name: string
  effective_from: string
  effective_to: string | null
  published_at: string | null
}

export interface Item extends ItemIn, Version {
  maintained_by: string
  maintained_by_name: string
  mine: boolean
  row_version: number
}

export interface ItemDetail extends Item {
  versions: Version[]
}

export interface ObjectRow {
  code: string
  kind: ObjectKind
  name: string
  region: string
  region_name: string
  authority: string
  authority_name: string
  maintained_by: string
  maintained_by_name: string
  registered_on: string
  status: ObjectStatus
  industry: string
  address: string
  libraries: string[]
  tags: string[]
  licences: string[]
  risk: string
}

export interface ObjectPage extends List<ObjectRow> {
  total: { count: number; more: boolean } | null
}

export interface Licence {
  kind: string
  number: string
  issuing_body: string
  valid_from: string
  valid_to: string | null
  status: LicenceStatus
  effective_on: string
  source: string
  batch: string
  recorded_at: string
  current: boolean
}

export interface Risk {
  risk: RiskLevel
  effective_on: string
  source: string
  batch: string
  recorded_at: string
}

export interface Visit {
  task_id: string
  task_name: string
  year: number
  planned_on: string
  visited_on: string | null
  result: string | null
}

export interface ObjectDetail extends ObjectRow {
  legal_representative: string
  phone: string
  row_version: number
  mine: boolean
  licences_held: Licence[]
  risk_history: Risk[]
  changes: Change[]
  recusals: Recusal[]
  visits: Visit[]
}

export interface Marks {
  tags: string[]
  licences: string[]
  libraries: string[]
}

export interface Applicability {
  count: number
  of: number
  sample: ObjectRow[]
}

export const OBJECT_FILTERS = ['q', 'kind', 'region', 'status', 'risk', 'tag', 'licence', 'library'] as const
export const ITEM_FILTERS = ['q', 'category', 'key', 'stage'] as const
export const PAGE = 50

/** The items in force, or those of the filters; the stage `all` asks for every version. */
export const listItems = (
  api: Client,
  { stage, ...filters }: Filters<(typeof ITEM_FILTERS)[number]> = {},
  signal?: AbortSignal,
): Promise<List<Item> & { categories: string[] }> =>
  api.get('/items', { ...filters, ...(stage === 'all' ? { all_versions: true } : { stage }) }, signal)
export const getItem = (api: Client, code: string, version?: number | string): Promise<ItemDetail> =>
  api.get(`/items/${code}`, { version })
export const draftItem = (api: Client, item: ItemIn): Promise<ItemDetail> => api.post('/items', item)
export const changeItem = (api: Client, { code, ...item }: ItemIn, row_version: number): Promise<ItemDetail> =>
  api.put(`/items/${code}/draft`, { ...item, row_version })
export const publishItem = (api: Client, code: string, row_version: number): Promise<ItemDetail> =>
  api.post(`/items/${code}/publish`, { row_version })
export const retireItem = (api: Client, code: string, end: { effective_to: string; reason: string }): Promise<ItemDetail> =>
  api.post(`/items/${code}/retire`, end)
export const getItemDifference = (api: Client, code: string, earlier: number, later: number): Promise<{ changes: FieldChange[] }> =>
  api.get(`/items/${code}/difference`, { earlier, later })
export const previewApplicability = (api: Client, { object_kinds, applies }: ItemIn): Promise<Applicability> =>
  api.post('/items/applicability', { object_kinds, applies })

export const listObjects = (
  api: Client,
  query: Filters<(typeof OBJECT_FILTERS)[number] | 'cursor'> & { limit?: number },
  signal?: AbortSignal,
): Promise<ObjectPage> => api.get('/objects', { limit: PAGE, ...query }, signal)
export const getObject = (api: Client, code: string): Promise<ObjectDetail> => api.get(`/objects/${code}`)
export const createObject = (api: Client, entry: object): Promise<ObjectDetail> => api.post('/objects', entry)
export const changeObject = (api: Client, code: string, changes: object): Promise<ObjectDetail> =>
  api.patch(`/objects/${code}`, changes)
export const listMarks = (api: Client): Promise<Marks> => api.get('/object-marks')
