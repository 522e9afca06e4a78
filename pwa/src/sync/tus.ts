/** One file to the server by tus 1.0, in parts; where an upload stands survives a restart. */
import type { DetailedError, HttpRequest, HttpResponse, PreviousUpload, UrlStorage } from 'tus-js-client'

import { NoAnswer, ProblemError, type Client } from '../api/client'
import type { FieldDatabase } from '../device/database'
import type { SyncContext } from './context'

const LARGEST_PART = 256 * 1024
const SMALLEST_PART = 32 * 1024
/** A line on which not one part gets through in this time is none. */
const STALLED_MS = 45_000
const ATTEMPTS = 3

/** `db`: null where nothing is to be remembered on the device. */
export function tusUploader(db: FieldDatabase | null, client: Client, endpoint = '/api/v1/files'): SyncContext['upload'] {
  const storage = db ? urlStorage(db) : undefined
  // What is lost by a cut is at most a part, so a poor line gets small ones.
  let part = LARGEST_PART

  async function send(file: { insp: string; sha256: string; mime: string }, bytes: ArrayBuffer, confirmed: (bytes: number) => void): Promise<void> {
    // Loaded with the first file: the list of tasks opens without it.
    const { Upload } = await import('tus-js-client')
    await new Promise<void>((resolve, reject) => {
      let watch: ReturnType<typeof setTimeout> | undefined
      const fail = (error: Error): void => {
        clearTimeout(watch)
        reject(error)
      }
      const alive = (): void => {
        clearTimeout(watch)
        watch = setTimeout(() => {
          void upload.abort()
          fail(new NoAnswer(new Error('stalled')))
        }, STALLED_MS)
      }
      const upload = new Upload(new Blob([bytes], { type: file.mime }), {
        endpoint,
        chunkSize: part,
        retryDelays: null,
        metadata: { sha256: file.sha256, inspection: file.insp, mime: file.mime },
        ...(storage ? { urlStorage: storage } : {}),
        fingerprint: async () => `${file.insp} ${file.sha256}`,
        storeFingerprintForResuming: storage !== undefined,
        removeFingerprintOnSuccess: true,
        onBeforeRequest: async (request: HttpRequest) => {
          alive()
          const authorization = await client.authorization()
          if (authorization) request.setHeader('Authorization', authorization)
        },
        // Its own way is to begin anew after any refusal of the question how far it came.
        onAfterResponse: (request: HttpRequest, response: HttpResponse) => {
          const status = response.getStatus()
          if (request.getMethod() === 'HEAD' && status >= 300 && !isGone(status)) throw problemIn(response)
        },
        onProgress: alive,
        onChunkComplete: (_part, accepted) => confirmed(accepted),
        onSuccess: () => {
          clearTimeout(watch)
          resolve()
        },
        onError: (error) => fail(failureOf(error)),
      })
      upload.findPreviousUploads().then(([known]) => {
        if (known) upload.resumeFromPreviousUpload(known)
        upload.start()
      }, fail)
    })
  }

  return async (file, bytes, confirmed) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send(file, bytes, confirmed)
        part = Math.min(LARGEST_PART, part * 2)
        return
      } catch (error) {
        if (error instanceof NoAnswer) part = Math.max(SMALLEST_PART, part / 2)
        if (attempt === ATTEMPTS || !(error instanceof ProblemError)) throw error
        if (error.status === 401) {
          if (!(await client.authorization({ renewed: true }))) throw error
        } else if (isGone(error.status)) {
          const key = `${file.insp} ${file.sha256}`
          if (!(await storage?.findUploadsByFingerprint(key))?.length) throw error
          await storage?.removeUpload(key)
        }
        // 409: more had arrived than was answered; the next attempt asks first.
        else if (error.status !== 409) throw error
      }
    }
  }
}

/** The server has forgotten the upload: cleaned up, or it came back from a backup. */
function isGone(status: number): boolean {
  return status === 404 || status === 410
}

function failureOf(error: Error | DetailedError): Error {
  const cause = 'causingError' in error ? error.causingError : null
  if (cause instanceof ProblemError || cause instanceof NoAnswer) return cause
  const response = 'originalResponse' in error ? error.originalResponse : null
  if (response) return problemIn(response)
  return 'originalRequest' in error ? new NoAnswer(error) : error
}

/** What a refusal says; anything that tus did not expect of a success is another's answer. */
function problemIn(response: HttpResponse): Error {
  const status = response.getStatus()
  if (status < 400) return new NoAnswer(new Error(`HTTP ${status}`))
  const wait = Number(response.getHeader('Retry-After'))
  return new ProblemError(status, parse(response.getBody()), wait > 0 ? wait : null)
}

function parse(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
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
