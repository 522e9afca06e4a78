/**
 * Calls of the JSON interface. The access token lives here, in memory only; when the server no longer takes it,
 * it is renewed once and the call repeated. Knows no address of any stage.
 */
import { NoAnswer, problemOf } from './problem'

export { isRevocation, NoAnswer, ProblemError } from './problem'

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface ClientOptions {
  /** Where paths begin; the portal has its own. */
  base?: string
  /** Gets a new access token, or null when only the person can. */
  renew?: () => Promise<string | null>
  language?: () => string
  /** How long a call may take before it counts as unanswered. */
  timeout?: number
}

export interface Client {
  /** `signal` gives the call up; it then counts as unanswered. */
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>
  /** What stands there with its tag, or null when it is still the one of this tag. */
  fresh<T>(path: string, etag: string | null): Promise<{ value: T; etag: string | null } | null>
  post<T>(path: string, body?: unknown): Promise<T>
  put<T>(path: string, body?: unknown): Promise<T>
  patch<T>(path: string, body?: unknown): Promise<T>
  del<T>(path: string): Promise<T>
  /** Sends a file as it is; the time for it grows with its size. */
  upload<T>(path: string, file: Blob): Promise<T>
  /** A file's content; the time for it grows with the size that is expected. */
  bytes(path: string, size?: number): Promise<ArrayBuffer>
  /** The value of the Authorization header for a call made by somebody else, e.g. an upload. */
  authorization(options?: { renewed?: boolean }): Promise<string | null>
  setAccess(token: string | null): void
}

// Bytes in a millisecond that even a poor line carries.
const SLOWEST = 50

export function createClient(options: ClientOptions = {}): Client {
  const { base = '/api/v1', renew, language = () => 'zh', timeout = 30_000 } = options
  let access: string | null = null
  let renewing: Promise<string | null> | null = null

  function renewed(): Promise<string | null> {
    // Calls that fail together share one renewal: each would otherwise use up the refresh token of the other.
    renewing ??= (renew?.() ?? Promise.resolve(null))
      .then((token) => (access = token))
      .finally(() => (renewing = null))
    return renewing
  }

  async function send(method: string, path: string, { body, signal, etag, size = 0 }: Sending): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language() }
    if (access) headers.Authorization = `Bearer ${access}`
    if (etag) headers['If-None-Match'] = etag
    const file = body instanceof Blob
    if (body !== undefined) headers['Content-Type'] = file ? 'application/octet-stream' : 'application/json'
    const content = body === undefined || file ? body : JSON.stringify(body)
    const bytes = size + (typeof content === 'string' ? content.length : (content?.size ?? 0))
    const limit = AbortSignal.timeout(Math.round(timeout + bytes / SLOWEST))
    try {
      return await fetch(base + path, {
        method,
        headers,
        credentials: 'same-origin',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(content === undefined ? {} : { body: content }),
      })
    } catch (error) {
      throw new NoAnswer(error)
    }
  }

  async function call(method: string, path: string, sending: Sending = {}): Promise<Response> {
    if (!access && renew) await renewed()
    let response = await send(method, path, sending)
    if (response.status === 401 && renew && (await renewed())) response = await send(method, path, sending)
    if (!response.ok && response.status !== 304) throw await problemOf(response)
    return response
  }

  async function json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return contentOf<T>(await call(method, path, { body, signal }))
  }

  return {
    get: (path, query, signal) => json('GET', path + queryText(query), undefined, signal),
    async fresh<T>(path: string, etag: string | null) {
      const response = await call('GET', path, { etag })
      if (response.status === 304) return null
      return { value: await contentOf<T>(response), etag: response.headers.get('ETag') }
    },
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    patch: (path, body) => json('PATCH', path, body),
    del: (path) => json('DELETE', path),
    upload: (path, file) => json('POST', path, file),
    bytes: async (path, size) => {
      const response = await call('GET', path, { size })
      return response.arrayBuffer().catch((error: unknown) => Promise.reject(new NoAnswer(error)))
    },
    async authorization({ renewed: again = false } = {}) {
      if (again || !access) await renewed()
      return access && `Bearer ${access}`
    },
    setAccess(token) {
      access = token
    },
  }
}

interface Sending {
  body?: unknown
  signal?: AbortSignal
  etag?: string | null
  /** Bytes that the answer is expected to have. */
  size?: number
}

/** An answer that breaks off, or another's page in place of it (the sign-in of a public network), is none. */
async function contentOf<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch (error) {
    throw new NoAnswer(error)
  }
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value != null && value !== '') parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text && `?${text}`
}
