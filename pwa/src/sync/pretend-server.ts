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
  type Batch,
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
  trouble: (method: string, path: string) => unknown = () => undefined
  /** Called after the request was carried out, before its answer goes out. */
  loss: (path: string) => unknown = () => undefined
  /** Requests that a network delivers once more, by path. */
  twice = new Set<string>()
  requests: string[] = []
  /** Inspections that went to a substitute: what was written there is held, and nothing is shown any more. */
  withdrawn = new Set<string>()
  /** Branches that were refused as forks; the server keeps them. */
  forks: Operation[] = []
  /** By inspection, what is not as at the beginning. */
  states = new Map<string, { state: string; changed_at: string }>()
  /** Replicas that it does not know. */
  strangers = new Set<string>()
  /** Batches, by signature, that no request may hold. */
  unreadable = new Set<string>()
  /** The version of every packet, as its tag says. */
  packets = 1

  constructor(readonly inspections: string[]) {
    for (const id of inspections) this.logs.set(id, [])
  }

  get client(): Client {
    const call = async (method: string, path: string, body?: unknown, query?: Record<string, unknown>): Promise<never> => {
      this.requests.push(`${method} ${path}`)
      await this.trouble(method, path)
      // Over the wire: no identity, no undefined.
      const carryOut = (): unknown => this.answer(method, path, body && JSON.parse(JSON.stringify(body)), query)
      if (this.twice.delete(path)) carryOut()
      const answer = JSON.parse(JSON.stringify(carryOut())) as never
      await this.loss(path)
      return answer
    }
    return {
      get: (path, query) => call('GET', path, undefined, query as Record<string, unknown>),
      fresh: async <T>(path: string, etag: string | null) => {
        if (etag === `W/"${this.packets}"`) return call('GET', `${path}#304`).then(() => null)
        return { value: await (call('GET', path) as Promise<T>), etag: `W/"${this.packets}"` }
      },
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

  /** What has arrived of files that are not whole. */
  parts = new Map<string, number>()

  /** Takes so many more bytes of a file; how many there are now. Throws what shall go wrong. */
  receive(sha256: string, bytes: number, size: number): number {
    this.requests.push(`PATCH /files/${sha256}`)
    this.trouble('PATCH', `/files/${sha256}`)
    const arrived = Math.min(size, (this.parts.get(sha256) ?? 0) + bytes)
    this.parts.set(sha256, arrived)
    if (arrived === size) this.files.add(sha256)
    this.loss(`/files/${sha256}`)
    return arrived
  }

  /** A copy of the disk, as a backup makes it. */
  backup(): { logs: Map<string, Entry[]>; files: Set<string>; parts: Map<string, number>; forks: Operation[] } {
    const logs = new Map([...this.logs].map(([id, log]) => [id, [...log]]))
    return { logs, files: new Set(this.files), parts: new Map(this.parts), forks: [...this.forks] }
  }

  restore(copy: ReturnType<PretendServer['backup']>): void {
    Object.assign(this, { ...copy, logs: new Map([...copy.logs].map(([id, log]) => [id, [...log]])), files: new Set(copy.files), parts: new Map(copy.parts) })
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
    if (path.endsWith('#304')) return {}
    if (collection === 'import') {
      const { batches } = body as { batches: Batch[] }
      if (batches.some(({ sig }) => this.unreadable.has(sig))) throw new ProblemError(400, { code: 'fieldwork.bad-encoding' })
      return { batches: batches.map((batch) => this.take(batch)) }
    }
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

  private take(batch: Batch): unknown {
    const place = { insp: batch.insp, rep: batch.rep }
    if (this.strangers.has(batch.rep)) return { ...place, st: 'refused', code: 'unknown_replica', missing: [] }
    try {
      this.push(batch.insp, batch)
      return { ...place, st: 'stored', code: '', missing: this.awaited(batch.insp) }
    } catch (error) {
      const { code, status } = error as ProblemError
      return status === 409 ? { ...place, st: code.split('.')[1], code: '', missing: [] } : { ...place, st: 'refused', code: 'unknown_inspection', missing: [] }
    }
  }

  private awaited(insp: string): string[] {
    const named = this.log(insp).map(({ op }) => (op.val as { sha256?: string } | null)?.sha256)
    return named.filter((sha256): sha256 is string => sha256 !== undefined && !this.files.has(sha256))
  }

  private push(insp: string, { rep, ops }: Pick<Push, 'rep' | 'ops'>): unknown {
    const log = this.log(insp)
    const mine = log.filter((entry) => entry.op.rep === rep)
    const check = checkBatch(new Map(mine.map(({ op }) => [op.seq, operationHash(op)])), ops)
    if (check.result === 'gap') throw new ProblemError(409, { code: 'fieldwork.gap', expect: check.expect })
    if (check.result === 'fork') {
      this.forks.push(...ops.filter(({ seq }) => seq >= check.seq))
      throw new ProblemError(409, { code: 'fieldwork.fork', seq: check.seq })
    }
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
      changed_at: NOW,
      ...this.states.get(id),
      rev: 1,
      head: log.length,
      chain: log.at(-1)?.chain ?? '',
      checklist_digest: hexDigest(sampleDocument(id)),
      packet_etag: String(this.packets),
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
