/** Files up and down, of a size for which a call's timeout and one lump of progress would not do. */
import type { Client } from './client'
import { NoAnswer, ProblemError } from './problem'

const BASE = '/api/v1'

/** Sends a form and tells how many bytes have left; the answer as JSON. */
export async function upload<T>(
  api: Client,
  path: string,
  form: FormData,
  options: { language: string; onProgress: (sent: number, total: number) => void; signal?: AbortSignal },
): Promise<T> {
  const authorization = await api.authorization()
  // fetch does not tell how much it has sent.
  const request = new XMLHttpRequest()
  const { promise, resolve, reject } = deferred<T>()
  request.open('POST', BASE + path)
  request.responseType = 'json'
  request.setRequestHeader('Accept-Language', options.language)
  if (authorization) request.setRequestHeader('Authorization', authorization)
  request.upload.addEventListener('progress', (event) => options.onProgress(event.loaded, event.total))
  request.addEventListener('load', () => {
    const body = (request.response ?? {}) as Record<string, unknown>
    if (request.status < 300) resolve(body as T)
    else reject(new ProblemError(request.status, body))
  })
  request.addEventListener('error', () => reject(new NoAnswer('network')))
  request.addEventListener('abort', () => reject(new NoAnswer('aborted')))
  options.signal?.addEventListener('abort', () => request.abort())
  request.send(form)
  return promise
}

/** Fetches a file and hands it to the browser to keep under the name that the server gives it. */
export async function download(api: Client, path: string, language: string): Promise<void> {
  const headers: Record<string, string> = { 'Accept-Language': language }
  const authorization = await api.authorization()
  if (authorization) headers.Authorization = authorization
  let response: Response
  try {
    response = await fetch(BASE + path, { headers, credentials: 'same-origin' })
  } catch (error) {
    throw new NoAnswer(error)
  }
  if (!response.ok) {
    throw new ProblemError(response.status, ((await response.json().catch(() => ({}))) ?? {}) as Record<string, unknown>)
  }
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = nameIn(response.headers.get('Content-Disposition') ?? '')
  link.click()
  // The browser has begun to read the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** The name in a Content-Disposition header (RFC 6266). */
export function nameIn(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  return encoded ? decodeURIComponent(encoded) : ''
}

function deferred<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}
