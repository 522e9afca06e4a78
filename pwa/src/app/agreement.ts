// Compiles only while what the server sends, by its generated contract, has all that the screens read. Types only.
import type { Me, OpenedSession } from '../api/accounts'
import type { BriefList, Packet } from '../api/fieldwork'
import type { components } from '../contracts/api'
import type { Dispatch, Draw, DrawnRow, Explanation, Pool } from '../features/office/draws/draws'
import type { Notice } from '../features/office/notices'
import type { Forecast, Plan, PlanRow, Task } from '../features/office/plans/plans'
import type { CaseRecord, Queue } from '../features/office/review/records'
import type { Check, Entry, ResultEntry } from '../features/portal/documents'

type Sent = components['schemas']

/** Codes are text to the contract where a field may be null; which codes there are is the vocabulary's to say. */
type Coarse<T> = T extends string ? string : T extends object ? { [K in keyof T]: Coarse<T[K]> } : T

/** The same of what is sent; a free-form object (a rule, a frozen document) fits whatever reads it. */
type Wire<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? string extends keyof T
        ? never
        : { [K in keyof T]: Wire<T[K]> }
      : T

type Fits<A extends B, B> = [A, B]

export type Agreement = [
  Fits<Wire<Sent['MeOut']>, Coarse<Me>>,
  Fits<Wire<Sent['SessionOut']>, Coarse<OpenedSession>>,
  Fits<Wire<Sent['InspectionsOut']>, Coarse<BriefList>>,
  Fits<Wire<Sent['PacketOut']>, Coarse<Packet>>,
  Fits<Wire<Sent['PlanRowOut']>, Coarse<PlanRow>>,
  Fits<Wire<Sent['PlanOut']>, Coarse<Plan>>,
  Fits<Wire<Sent['TaskOut']>, Coarse<Task>>,
  Fits<Wire<Sent['ForecastOut']>, Coarse<Forecast>>,
  Fits<Wire<Sent['PoolOut']>, Coarse<Pool>>,
  Fits<Wire<Sent['DrawOut']>, Coarse<Draw>>,
  Fits<Wire<Sent['DrawnRowOut']>, Coarse<DrawnRow>>,
  Fits<Wire<Sent['DispatchOut']>, Coarse<Dispatch>>,
  Fits<Wire<Sent['ExplanationOut']>, Coarse<Explanation>>,
  Fits<Wire<Sent['QueueOut']>, Coarse<Queue>>,
  Fits<Wire<Sent['RecordOut']>, Coarse<CaseRecord>>,
  Fits<Wire<Sent['NoticeOut']>, Coarse<Notice>>,
  Fits<Wire<Sent['CheckOut']>, Coarse<Check>>,
  Fits<Wire<Sent['EntryOut']>, Coarse<Entry>>,
  Fits<Wire<Sent['ResultEntryOut']>, Coarse<ResultEntry>>,
]
