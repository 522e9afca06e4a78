// The real tus client of the browser over a pretended line: what survives a restart, a vanished upload, a late token.
import 'fake-indexeddb/auto'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Client } from '../api/client'
import { FieldDatabase } from '../device/database'
import { tusUploader } from './tus'

// In Node the package would take its own file reader and sockets.
vi.mock('tus-js-client', () => import('../../node_modules/tus-js-client/lib.esm/browser/index.js' as string))

const KB = 1024
const FILE = { insp: 'i', sha256: 'a'.repeat(64), mime: 'image/jpeg', size: 600 * KB, uploaded: 0 as const, sent: 0 }
const BYTES = new ArrayBuffer(FILE.size)

/** A tus server and the line to it. */
class Line {
  uploads = new Map<string, number>()
  log: string[] = []
  token = 'Bearer new'
  /** Called before each request; what it returns is answered in the server's place, null cuts the line. */
  instead: (method: string, nth: number) => number | null | undefined = () => undefined
  received = 0

  answer(method: string, url: string, headers: Map<string, string>, size: number): { status: number; headers: Record<string, string> } | null {
    this.log.push(method)
    const other = this.instead(method, this.log.length)
    if (other === null) return null
    if (other) return { status: other, headers: {} }
    if (headers.get('authorization') !== this.token) return { status: 401, headers: {} }
    if (method === 'POST') {
      const id = `/api/v1/files/${this.uploads.size + 1}`
      this.uploads.set(id, 0)
      return { status: 201, headers: { location: id, 'upload-offset': '0' } }
    }
    const offset = this.uploads.get(url)
    if (offset === undefined) return { status: 404, headers: {} }
    if (method === 'HEAD') return { status: 200, headers: { 'upload-offset': String(offset), 'upload-length': String(FILE.size) } }
    if (Number(headers.get('upload-offset')) !== offset) return { status: 409, headers: {} }
    this.received += size
    this.uploads.set(url, offset + size)
    return { status: 204, headers: { 'upload-offset': String(offset + size) } }
  }
}

let line: Line
let db: FieldDatabase
let renewals: number
let count = 0

function request(): object {
  const headers = new Map<string, string>()
  let [method, url] = ['', '']
  let got: ReturnType<Line['answer']> = null
  return {
    upload: {},
    open: (how: string, where: string) => void ([method, url] = [how, where.replace(/^http:\/\/[^/]*/, '')]),
    setRequestHeader: (name: string, value: string) => void headers.set(name.toLowerCase(), value),
    send(this: { onload(): void; onerror(error: unknown): void }, body: Blob | null) {
      queueMicrotask(() => {
        got = line.answer(method, url, headers, body?.size ?? 0)
        if (got) this.onload()
        else this.onerror(new Error('cut'))
      })
    },
    get status() {
      return got?.status ?? 0
    },
    get responseText() {
      return ''
    },
    getResponseHeader: (name: string) => got?.headers[name.toLowerCase()] ?? null,
    abort: () => undefined,
  }
}

beforeEach(() => {
  count += 1
  line = new Line()
  renewals = 0
  db = new FieldDatabase(`tus-${count}`, new Uint8Array(32).fill(7))
  vi.stubGlobal('XMLHttpRequest', function XMLHttpRequest() {
    return request()
  })
  vi.stubGlobal('location', { href: 'http://phone/' })
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await db.delete()
})

/** A process: its token is old at first. */
function uploader(token = 'Bearer new') {
  let mine = token
  const client = {
    authorization: async ({ renewed = false } = {}) => {
      if (renewed) {
        renewals += 1
        mine = line.token
      }
      return mine
    },
  } as unknown as Client
  return tusUploader(db, client)
}

describe('tusUploader', () => {
  it('sends in parts and tells how far the server is', async () => {
    const seen: number[] = []
    await uploader()(FILE, BYTES, (bytes) => void seen.push(bytes))
    expect(seen).toEqual([256 * KB, 512 * KB, 600 * KB])
    expect(await db.uploads.count()).toBe(0)
  })

  it('goes on in another process where it stopped', async () => {
    line.instead = (method, nth) => (method === 'PATCH' && nth === 3 ? null : undefined)
    await expect(uploader()(FILE, BYTES, () => undefined)).rejects.toThrow('no answer')
    line.instead = () => undefined
    line.log = []
    await uploader()(FILE, BYTES, () => undefined)
    expect(line.log[0]).toBe('HEAD')
    expect(line.log).not.toContain('POST')
    expect(line.received).toBe(FILE.size)
  })

  it('begins anew when the server has forgotten the upload', async () => {
    line.instead = (method, nth) => (method === 'PATCH' && nth === 3 ? null : undefined)
    await expect(uploader()(FILE, BYTES, () => undefined)).rejects.toThrow()
    line.uploads.clear()
    line.instead = () => undefined
    await uploader()(FILE, BYTES, () => undefined)
    expect([...line.uploads.values()]).toEqual([FILE.size])
  })

  it('begins anew when it is forgotten between two parts', async () => {
    line.instead = (method, nth) => {
      if (method === 'PATCH' && nth === 3) line.uploads.clear()
      return undefined
    }
    await uploader()(FILE, BYTES, () => undefined)
    expect([...line.uploads.values()]).toEqual([FILE.size])
  })

  it('keeps what has arrived when the token ended or the server was busy', async () => {
    line.instead = (method, nth) => (method === 'PATCH' && nth === 3 ? null : undefined)
    await expect(uploader()(FILE, BYTES, () => undefined)).rejects.toThrow()
    line.instead = (method) => (method === 'HEAD' ? 503 : undefined)
    await expect(uploader()(FILE, BYTES, () => undefined)).rejects.toMatchObject({ status: 503 })
    line.instead = () => undefined
    line.log = []
    await uploader('Bearer old')(FILE, BYTES, () => undefined)
    expect(renewals).toBe(1)
    expect(line.log).not.toContain('POST')
    expect(line.received).toBe(FILE.size)
  })

  it('takes another page in the server\'s place for no answer', async () => {
    line.instead = () => 200
    await expect(uploader()(FILE, BYTES, () => undefined)).rejects.toThrow('no answer')
  })

  it('sends smaller parts after a cut, so that a poor line loses less', async () => {
    const send = uploader()
    line.instead = (method) => (method === 'PATCH' ? null : undefined)
    await expect(send(FILE, BYTES, () => undefined)).rejects.toThrow()
    line.instead = () => undefined
    const seen: number[] = []
    await send(FILE, BYTES, (bytes) => void seen.push(bytes))
    expect(seen[0]).toBe(128 * KB)
  })
})
