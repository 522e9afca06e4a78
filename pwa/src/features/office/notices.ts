/** The notices that the clock has issued to the person's body. */
import type { Client } from '../../api/client'
import type { NoticeKind } from '../../contracts/vocabulary'
import type { List } from './plans/plans'

export interface Notice {
  id: string
  kind: NoticeKind
  title: string
  region_name: string
  due_on: string
  provisional: boolean
  issued_at: string
  acknowledged_at: string | null
  acknowledged_by: string | null
  may_acknowledge: boolean
}

export const listNotices = (api: Client, open: boolean): Promise<List<Notice>> => api.get('/notices', { open })
export const acknowledge = (api: Client, id: string): Promise<Notice> => api.post(`/notices/${id}/acknowledge`)
