/** Imports as the server gives them. */
import type { Client } from '../../../api/client'
import { download, upload } from '../../../api/transfer'
import type { ImportKind, ImportMode, ImportState } from '../../../contracts/vocabulary'

export interface TableImport {
  id: string
  kind: ImportKind
  state: ImportState
  mode: ImportMode | null
  by: string
  file_name: string
  size: number
  created_at: string
  finished_at: string | null
  found: { fresh: number; changed: number; unchanged: number; bad: number }
  written: { created: number; updated: number; unchanged: number; skipped: number }
  rows: number
  percent: number
  problem: string
}

export interface ImportFault {
  sheet: string
  row: number
  column: string
  value: string
  code: string
  reason: string
  mend: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export const LARGEST_FILE = 32 * 1024 * 1024
export const ENDINGS = ['xlsx', 'csv'] as const
export type Ending = (typeof ENDINGS)[number]

export const listImports = (api: Client, cursor = ''): Promise<Page<TableImport>> => api.get('/imports', { cursor })
export const getImport = (api: Client, id: string): Promise<TableImport> => api.get(`/imports/${id}`)
export const listFaults = (api: Client, id: string, cursor = ''): Promise<Page<ImportFault>> =>
  api.get(`/imports/${id}/errors`, { cursor })
export const startImport = (api: Client, id: string, mode: ImportMode): Promise<TableImport> =>
  api.post(`/imports/${id}/start`, { mode })
export const cancelImport = (api: Client, id: string): Promise<TableImport> => api.post(`/imports/${id}/cancel`)

export const getTemplate = (api: Client, kind: ImportKind, ending: Ending, language: string): Promise<void> =>
  download(api, `/imports/templates/${kind}.${ending}`, language)
export const getExport = (api: Client, kind: ImportKind, ending: Ending, language: string): Promise<void> =>
  download(api, `/exports/${kind}.${ending}`, language)
export const getFaults = (api: Client, id: string, ending: Ending, language: string): Promise<void> =>
  download(api, `/imports/${id}/errors.${ending}`, language)

export function uploadTable(
  api: Client,
  kind: ImportKind,
  file: File,
  options: { language: string; onProgress: (sent: number, total: number) => void },
): Promise<TableImport> {
  const form = new FormData()
  form.set('file', file)
  return upload(api, `/imports?kind=${kind}`, form, options)
}

/** Whether the server is at work on it, so that asking again will show more. */
export const isMoving = ({ state }: TableImport): boolean =>
  state === 'queued' || state === 'reading' || state === 'importing'

export const isOver = ({ state }: TableImport): boolean => state === 'done' || state === 'failed' || state === 'cancelled'

export function tone(state: ImportState): string {
  return { done: 'good', failed: 'bad', cancelled: '', checked: 'warn', queued: 'live', reading: 'live', importing: 'live' }[state]
}

/** A size as people read it: 640 KB, 7.1 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
