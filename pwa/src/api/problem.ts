/** What can come back instead of an answer: a problem that the server explains (RFC 9457), or silence. */

export interface FieldProblem {
  pointer: string
  code: string
  message: string
}

/** The server's refusal. `code` is `stage.slug`, or `http.<status>` where the server gave none. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: FieldProblem[]
  /** Seconds to wait, where the server asked for it. */
  readonly retryAfter: number | null
  /** Every member of the answer, for problems that carry more, such as `expect` of a gap. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, body: Record<string, unknown>, retryAfter: number | null = null) {
    const text = (name: string, otherwise: string): string =>
      typeof body[name] === 'string' ? body[name] : otherwise
    const title = text('title', `HTTP ${status}`)
    const detail = text('detail', title)
    super(detail)
    this.name = 'ProblemError'
    this.status = status
    this.code = text('code', `http.${status}`)
    this.title = title
    this.detail = detail
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : []
    this.retryAfter = retryAfter
    this.body = body
  }
}

/** No answer at all: no network, or the server is down. Whether the request was carried out is unknown. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('no answer', { cause })
    this.name = 'NoAnswer'
  }
}

/** The problem that a response carries. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const wait = Number(response.headers.get('Retry-After'))
  const body: unknown = await response.json().catch(() => null)
  return new ProblemError(
    response.status,
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    Number.isFinite(wait) && wait > 0 ? wait : null,
  )
}

/** Whether the server takes nothing more from this installation; a gateway's bare 410 says no such thing. */
export function isRevocation(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 410 && error.code.endsWith('.replica-revoked')
}
