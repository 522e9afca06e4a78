/** Sending files by tus, in parts of 256 KiB; where an upload stands survives a restart. */
import type { DetailedError, HttpRequest, PreviousUpload, UrlStorage } from 'tus-js-client'

import { NoAnswer, ProblemError, type Client } from '../api/client'
import { missingFiles } from '../api/fieldwork'
import type { FieldDatabase, FileRow } from '../device/database'
import { markSent, unsentFiles } from '../device/exchange'
import type { SyncContext } from './context'
import { contained } from './failures'

const PART = 256 * 1024
const QUESTION = 500

/** Sends every file that the server lacks. The failures of single files are returned by inspection. */
export async function pushFiles(context: SyncContext): Promise<Map<string, { code: string; detail: string }>> {
  const { db, client } = context
  const failures = new Map<string, { code: string; detail: string }>()
  const files = await unsentFiles(db)
  for (let start = 0; start < files.length; start += QUESTION) {
    const part = files.slice(start, start + QUESTION)
    const missing = await missingFiles(client, [...new Set(part.map(({ sha256 }) => sha256))])
    for (const file of part) {
      const failure = await contained(() => (missing.has(file.sha256) ? pushFile(context, file) : markSent(db, file, file.size)))
      if (failure) failures.set(file.insp, failure)
    }
  }
  return failures
}

async function pushFile({ db, upload }: SyncContext, file: FileRow): Promise<void> {
  const content = await db.bytes.get(file.sha256)
  if (!content) throw new Error(`no bytes of ${file.sha256}`)
  await upload(file, content.bytes, (sent) => void markSent(db, file, Math.min(sent, file.size - 1)))
  await markSent(db, file, file.size)
}

export function tusUploader(db: FieldDatabase, client: Client, endpoint = '/api/v1/files'): SyncContext['upload'] {
  async function send(file: FileRow, bytes: ArrayBuffer, confirmed: (bytes: number) => void): Promise<void> {
    // Loaded with the first file: the list of tasks opens without it.
    const { Upload } = await import('tus-js-client')
    await new Promise<void>((resolve, reject) => {
      const upload = new Upload(new Blob([bytes], { type: file.mime }), {
        endpoint,
        chunkSize: PART,
        retryDelays: null,
        metadata: { sha256: file.sha256, inspection: file.insp, mime: file.mime },
        urlStorage: urlStorage(db),
        fingerprint: async () => `${file.insp} ${file.sha256}`,
        removeFingerprintOnSuccess: true,
        onBeforeRequest: async (request: HttpRequest) => {
          const authorization = await client.authorization()
          if (authorization) request.setHeader('Authorization', authorization)
        },
        onChunkComplete: (_part, accepted) => confirmed(accepted),
        onSuccess: () => resolve(),
        onError: (error) => reject(failureOf(error)),
      })
      void upload.findPreviousUploads().then(([known]) => {
        if (known) upload.resumeFromPreviousUpload(known)
        upload.start()
      }, reject)
    })
  }

  return async (file, bytes, confirmed) => {
    try {
      await send(file, bytes, confirmed)
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401) throw error
      if (!(await client.authorization({ renewed: true }))) throw error
      await send(file, bytes, confirmed)
    }
  }
}

function failureOf(error: Error | DetailedError): Error {
  const response = 'originalResponse' in error ? error.originalResponse : null
  if (!response) return 'originalRequest' in error ? new NoAnswer(error) : error
  const body: unknown = parse(response.getBody())
  const wait = Number(response.getHeader('Retry-After'))
  return new ProblemError(response.getStatus(), body as Record<string, unknown>, wait > 0 ? wait : null)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

/** The addresses of unfinished uploads, in Dexie beside the bytes: localStorage may be cleared on its own. */
function urlStorage(db: FieldDatabase): UrlStorage {
  const read = (rows: { upload: unknown }[]): PreviousUpload[] => rows.map(({ upload }) => upload as PreviousUpload)
  return {
    findAllUploads: async () => read(await db.uploads.toArray()),
    findUploadsByFingerprint: async (fingerprint) => read(await db.uploads.where({ fingerprint }).toArray()),
    removeUpload: async (key) => void (await db.uploads.delete(key)),
    addUpload: async (fingerprint, upload) => {
      await db.uploads.put({ key: fingerprint, fingerprint, upload: { ...upload, urlStorageKey: fingerprint } })
      return fingerprint
    },
  }
}
