/** Phones of inspectors as the server gives them, and what an office does to them. */
import type { Client } from '../../../api/client'
import type { InspectionState, ReplicaState } from '../../../contracts/vocabulary'

export interface Device {
  id: string
  label: string
  person: string
  person_name: string
  username: string
  body: string
  body_name: string
  state: ReplicaState
  enrolled_at: string
  last_seen_at: string | null
  revoked_at: string | null
  revoked_by_name: string | null
  revoked_reason: string | null
  lost: boolean
  recoverable: boolean
  in_hand: number
  unfinished: number
}

/** An inspection that is, or may be, on the phone. */
export interface Carried {
  inspection: string
  task_name: string
  object_code: string
  object_name: string
  state: InspectionState
  due_on: string
  operations: number
  held: number
  files: number
  files_missing: number
  last_received_at: string | null
  unsubmitted: boolean
}

export interface DeviceDetail extends Device {
  sessions: number
  other_devices: number
  carried: Carried[]
  /** How many more it may carry outside one's own region. */
  elsewhere: number
  steps: { at: string; person_name: string; action: string }[]
}

/** An inspector's account, for which a phone can be enrolled. */
export interface Holder {
  account: string
  username: string
  person: string
  person_name: string
  body_name: string
  active_devices: number
}

export interface HolderList {
  items: Holder[]
  open: boolean
}

export interface EnrolmentCode {
  code: string
  url: string
  expires_at: string
  account: string
  person: string
  person_name: string
}

export const DEVICE_FILTERS = ['q', 'person', 'state'] as const

export interface DevicePage {
  items: Device[]
  next: string | null
  total: number
}

export const listDevices = (
  api: Client,
  { q, person, state, after }: { q: string; person: string; state: string; after: string },
  signal?: AbortSignal,
): Promise<DevicePage> => api.get('/devices', { q, person: person || null, state: state || null, cursor: after || null }, signal)

export const getDevice = (api: Client, id: string): Promise<DeviceDetail> => api.get(`/devices/${id}`)
export const listHolders = (api: Client): Promise<HolderList> => api.get('/devices/holders')
export const issueCode = (api: Client, account: string): Promise<EnrolmentCode> => api.post('/devices/codes', { account })
export const revokeDevice = (api: Client, id: string, why: { reason: string; lost: boolean }): Promise<unknown> =>
  api.post(`/devices/${id}/revoke`, why)
export const signDeviceOut = (api: Client, id: string): Promise<void> => api.post(`/devices/${id}/sign-out`)
