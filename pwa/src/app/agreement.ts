// Compiles only while what the server sends, by its generated contract, has all that the screens read. Types only.
import type { Me, OpenedSession, OwnDevice } from '../api/accounts'
import type { BriefList, Packet } from '../api/fieldwork'
import type { components } from '../contracts/api'
import type { Device, DeviceDetail, DevicePage, EnrolmentCode, HolderList } from '../features/office/devices/devices'
import type { Candidate, Dispatch, Draw, DrawnRow, Explanation, Pool, Proof } from '../features/office/draws/draws'
import type { CaseObject, EligibleList } from '../features/office/draws/teams'
import type { Rates, Substitution } from '../features/office/draws/substitutions'
import type { ImportFault, TableImport } from '../features/office/imports/imports'
import type { Notice } from '../features/office/notices'
import type { Difference, Forecast, Partner, Plan, PlanForecast, PlanRow, Task } from '../features/office/plans/plans'
import type { FieldChange } from '../features/office/registry/entries'
import type { ExpertDetail, InspectorDetail, Recusal } from '../features/office/registry/people'
import type { Applicability, Item, ItemDetail, Marks, ObjectDetail, ObjectPage } from '../features/office/registry/registry'
import type { CaseRecord, Queue } from '../features/office/review/records'
import type { Check, Entry, ResultEntry } from '../features/portal/documents'
import type { Live } from '../features/portal/live/live'

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
  Fits<Wire<Sent['PlanForecastOut']>, Coarse<PlanForecast>>,
  Fits<Wire<Sent['PlanDifferenceOut']>, Coarse<Difference>>,
  Fits<Wire<Sent['PartnerOut']>, Coarse<Partner>>,
  Fits<Wire<Sent['ItemOut']>, Coarse<Item>>,
  Fits<Wire<Sent['ItemDetailOut']>, Coarse<ItemDetail>>,
  Fits<Wire<Sent['FieldChangeOut']>, Coarse<FieldChange>>,
  Fits<Wire<Sent['ApplicabilityOut']>, Coarse<Applicability>>,
  Fits<Wire<Sent['ObjectListOut']>, Coarse<ObjectPage>>,
  Fits<Wire<Sent['ObjectOut']>, Coarse<ObjectDetail>>,
  Fits<Wire<Sent['MarksOut']>, Coarse<Marks>>,
  Fits<Wire<Sent['InspectorDetailOut']>, Coarse<InspectorDetail>>,
  Fits<Wire<Sent['ExpertDetailOut']>, Coarse<ExpertDetail>>,
  Fits<Wire<Sent['RecusalOut']>, Coarse<Recusal>>,
  Fits<Wire<Sent['PoolOut']>, Coarse<Pool>>,
  Fits<Wire<Sent['DrawOut']>, Coarse<Draw>>,
  Fits<Wire<Sent['DrawnRowOut']>, Coarse<DrawnRow>>,
  Fits<Wire<Sent['CaseObjectOut']>, Coarse<CaseObject>>,
  Fits<Wire<Sent['EligibleListOut']>, Coarse<EligibleList>>,
  Fits<Wire<Sent['DispatchOut']>, Coarse<Dispatch>>,
  Fits<Wire<Sent['ExplanationOut']>, Coarse<Explanation>>,
  Fits<Wire<Sent['CandidateOut']>, Coarse<Candidate>>,
  Fits<Wire<Sent['ProofOut']>, Coarse<Proof>>,
  Fits<Wire<Sent['SubstitutionOut']>, Coarse<Substitution>>,
  Fits<Wire<Sent['RatesOut']>, Coarse<Rates>>,
  Fits<Wire<Sent['LiveOut']>, Coarse<Live>>,
  Fits<Wire<Sent['QueueOut']>, Coarse<Queue>>,
  Fits<Wire<Sent['RecordOut']>, Coarse<CaseRecord>>,
  Fits<Wire<Sent['NoticeOut']>, Coarse<Notice>>,
  Fits<Wire<Sent['DeviceOut']>, Coarse<Device>>,
  Fits<Wire<Sent['DeviceOut']>, Coarse<OwnDevice>>,
  Fits<Wire<Sent['DeviceDetailOut']>, Coarse<DeviceDetail>>,
  Fits<Wire<Sent['DeviceListOut']>, Coarse<DevicePage>>,
  Fits<Wire<Sent['HolderListOut']>, Coarse<HolderList>>,
  Fits<Wire<Sent['EnrolmentCodeOut']>, Coarse<EnrolmentCode>>,
  Fits<Wire<Sent['TableImportOut']>, Coarse<TableImport>>,
  Fits<Wire<Sent['ImportFaultOut']>, Coarse<ImportFault>>,
  Fits<Wire<Sent['CheckOut']>, Coarse<Check>>,
  Fits<Wire<Sent['EntryOut']>, Coarse<Entry>>,
  Fits<Wire<Sent['ResultEntryOut']>, Coarse<ResultEntry>>,
]
