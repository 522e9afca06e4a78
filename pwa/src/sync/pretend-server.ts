/** A server for the tests: keeps the logs by the rules of sync-core and answers like the real one. */
import { NoAnswer, ProblemError, type Client } from '../api/client'
import type { Packet } from '../api/fieldwork'
import {
  apply,
  checkBatch,
  decide,
  hexDigest,
  nextChain,
  operationHash,
  readSheet,
  type Entry,
  type Operation,
  type Push,
  type SheetDocument,
} from '../sync-core'

const NOW = '2026-11-21T02:00:00.000Z'

export function sampleDocument(inspection: string): SheetDocument & { points: unknown[] } {
  return {
    inspection,
    items: [{ code: 'Q01', points: ['Q01.1', 'Q01.2'] }],
    points: [],
    parties: [
      { person: 'p-1', role: 'lead' },
      { person: 'p-2', role: 'member' },
    ],
  }
}

export class PretendServer {
  logs = new Map<string, Entry[]>()
  files = new Set<string>()
  /** Called before each request: throws what shall go wrong. */
  trouble: (method: string, path: string) => void = () => undefined
  /** Called after the request was carried out, before its answer goes out. */
  loss: (path: string) => void = () => undefined
  requests: string[] = []
  /** Inspections that went to a substitute: what was written there is held, and nothing is shown any more. */
  withdrawn = new Set<string>()

  constructor(readonly inspections: string[]) {
    for (const id of inspections) this.logs.set(id, [])
  }

  get client(): Client {
    const call = async (method: string, path: string, body?: unknown, query?: Record<string, unknown>): Promise<never> => {
      this.requests.push(`${method} ${path}`)
      this.trouble(method, path)
      // Over the wire: no identity, no undefined.
      const answer = JSON.parse(JSON.stringify(this.answer(method, path, body && JSON.parse(JSON.stringify(body)), query))) as never
      this.loss(path)
      return answer
    }
    return {
      get: (path, query) => call('GET', path, undefined, query as Record<string, unknown>),
      post: (path, body) => call('POST', path, body),
      put: (path, body) => call('PUT', path, body),
      patch: (path, body) => call('PATCH', path, body),
      del: (path) => call('DELETE', path),
      upload: (path) => call('POST', path),
      bytes: async () => new ArrayBuffer(3),
      authorization: async () => 'Bearer x',
      setAccess: () => undefined,
    }
  }

  /** Another phone's or the office's operation. */
  add(insp: string, op: Operation): void {
    const log = this.log(insp)
    const state = apply(readSheet(sampleDocument(insp)), log.map((entry) => [entry.op, entry] as const))
    const status = decide(state, op)
    const chain = nextChain(log.at(-1)?.chain ?? '', operationHash(op), status)
    log.push({ pos: log.length + 1, ...status, recv: NOW, chain, op })
  }

  private log(insp: string): Entry[] {
    const log = this.logs.get(insp)
    if (!log) throw new ProblemError(404, { code: 'foundation.not-found' })
    return log
  }

  private answer(method: string, path: string, body: unknown, query: Record<string, unknown> = {}): unknown {
    const [, collection, id = '', part] = path.split('/')
    if (collection === 'blobs') {
      const asked = (body as { sha256: string[] }).sha256
      return { missing: asked.filter((sha256) => !this.files.has(sha256)) }
    }
    const mine = this.inspections.filter((each) => !this.withdrawn.has(each))
    if (!id) return { items: mine.map((each) => this.brief(each)), in_hand: mine, next_since: NOW, now: NOW }
    if (method === 'GET' && this.withdrawn.has(id)) throw new ProblemError(404, { code: 'foundation.not-found' })
    if (!part) return this.packet(id)
    return method === 'POST' ? this.push(id, body as Push) : this.pull(id, query)
  }

  private push(insp: string, { rep, ops }: Push): unknown {
    const log = this.log(insp)
    const mine = log.filter((entry) => entry.op.rep === rep)
    const check = checkBatch(new Map(mine.map(({ op }) => [op.seq, operationHash(op)])), ops)
    if (check.result === 'gap') throw new ProblemError(409, { code: 'fieldwork.gap', expect: check.expect })
    if (check.result === 'fork') throw new ProblemError(409, { code: 'fieldwork.fork', seq: check.seq })
    for (const op of check.fresh) this.add(insp, op)
    const acks = ops.map(({ seq }) => {
      const { pos, st, code } = log.find((entry) => entry.op.rep === rep && entry.op.seq === seq)!
      return { seq, pos, st, code }
    })
    return { acks, have: ops.at(-1)!.seq, head: log.length, chain: log.at(-1)!.chain, now: NOW }
  }

  private pull(insp: string, { after, chain, rep }: Record<string, unknown>): unknown {
    const log = this.log(insp)
    const known = Number(after) ? log[Number(after) - 1]?.chain : ''
    if (known !== chain) throw new ProblemError(409, { code: 'fieldwork.diverged', head: log.length })
    const mine = log.filter(({ op }) => op.rep === rep)
    return {
      ops: log.slice(Number(after)),
      have: mine.at(-1)?.op.seq ?? 0,
      head: log.length,
      chain: log.at(-1)?.chain ?? '',
      now: NOW,
    }
  }

  private brief(id: string): unknown {
    const log = this.log(id)
    return {
      id,
      state: 'assigned',
      rev: 1,
      head: log.length,
      chain: log.at(-1)?.chain ?? '',
      checklist_digest: hexDigest(sampleDocument(id)),
    }
  }

  private packet(id: string): Pick<Packet, 'checklist'> & object {
    const document = sampleDocument(id)
    return { ...(this.brief(id) as object), checklist: { document, digest: hexDigest(document) } }
  }
}

export function silence(): never {
  throw new NoAnswer(new TypeError('fetch failed'))
}
