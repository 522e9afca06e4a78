/** Signing in, prolonging and ending a session, enrolling a phone. */
import type { Client } from './client'

export interface Me {
  account: string
  person: string
  name: string
  username: string
  roles: string[]
  region: string
  region_name: string
  body: string
  body_name: string
}

export interface OpenedSession {
  access: string
  expires_at: string
  me: Me
  /** Of an enrolled phone: how long it may take in new work without hearing from the server. */
  lease: { not_after: string } | null
}

export interface Credentials {
  username: string
  password: string
  replica: string | null
}

export const openSession = (client: Client, credentials: Credentials): Promise<OpenedSession> =>
  client.post('/session', credentials)

export const prolongSession = (client: Client, replica: string | null): Promise<OpenedSession> =>
  client.post('/session/refresh', { replica })

export const closeSession = (client: Client): Promise<void> => client.del('/session')

export const enrolReplica = (
  client: Client,
  replica: {
    id: string
    public_key: string
    label: string
    code?: string | null
    recovery?: string | null
    voucher?: string | null
  },
): Promise<unknown> => client.post('/replicas', replica)

/** A phone of one's own, as the server knows it. */
export interface OwnDevice {
  id: string
  label: string
  state: string
  last_seen_at: string | null
  /** Records with work from this phone that are not published yet. */
  unfinished: number
}

export const listOwnDevices = (client: Client, signal?: AbortSignal): Promise<{ items: OwnDevice[] }> =>
  client.get('/me/devices', undefined, signal)

/** Ends a phone of one's own that is out of one's hands: its sessions at once, and its way into the server. */
export const reportLost = (client: Client, id: string, reason: string): Promise<unknown> =>
  client.post(`/devices/${id}/revoke`, { reason, lost: true })

/** The secret that this phone left with the server for the day its PIN is forgotten. */
export const fetchRecovery = (client: Client, replica: string, password: string): Promise<{ recovery: string }> =>
  client.post(`/replicas/${replica}/recovery`, { password })
