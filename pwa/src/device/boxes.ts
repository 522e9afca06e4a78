/**
 * Rows at rest: all but the keys and indexed fields of a row lies in a box, authenticated together with what stays
 * outside. Synchronous, so that a row can be opened, changed and boxed again within one IndexedDB transaction, which
 * no WebCrypto call outlives. XChaCha20-Poly1305: its nonce is long enough to be drawn at random without counting.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { DBCoreTableSchema } from 'dexie'

type Row = Record<string, unknown>

export interface RowBox {
  /** The row as it is stored. */
  close(row: Row): Row
  /** The row as it was; one stored before there were boxes passes unchanged. Throws BoxBroken. */
  open(stored: Row): Row
}

/** What lies in a box was changed, moved to another row, or sealed under another key. Nothing was overwritten. */
export class BoxBroken extends Error {
  override name = 'BoxBroken'
}

const NONCE = 24
const TAG = 16
// A page reads the rows of its inspection again after every edit. Texts of opened boxes, so that each row is opened once;
// so many characters at most, which is some days' sheets with their logs.
const REMEMBERED = 4_000_000

/** What lies in the boxes opened lately, by nonce, and how many characters that is. */
export interface Opened {
  texts: Map<string, { outside: string; text: string }>
  size: number
}

export function rowBox(key: Uint8Array, { name, primaryKey, indexes }: DBCoreTableSchema, opened: Opened = { texts: new Map(), size: 0 }): RowBox {
  const outer = [...new Set([primaryKey, ...indexes].flatMap(({ keyPath }) => keyPath ?? []))]
  if (outer.some((field) => field.includes('.'))) throw new Error(`${name}: only top-level fields can stay outside a box`)
  // A number that the database gives is not known yet when the row is closed.
  const given = primaryKey.autoIncrement ? primaryKey.keyPath : null
  const context = (outside: Row): string => JSON.stringify([name, Object.entries(outside).filter(([field]) => field !== given)])

  function remember(nonce: string, entry: { outside: string; text: string }): void {
    if (opened.size + entry.text.length > REMEMBERED) {
      opened.texts.clear()
      opened.size = 0
    }
    opened.texts.set(nonce, entry)
    opened.size += entry.text.length
  }

  return {
    close(row) {
      const inside = { ...row }
      const stored: Row = {}
      for (const field of outer) {
        if (row[field] !== undefined) stored[field] = row[field]
        delete inside[field]
      }
      const { text, buffers } = write(inside)
      const outside = context(stored)
      const plain = join(text, buffers)
      const box = new Uint8Array(NONCE + plain.length + TAG)
      const nonce = crypto.getRandomValues(box.subarray(0, NONCE))
      xchacha20poly1305(key, nonce, utf8(outside)).encrypt(plain, box.subarray(NONCE))
      if (!buffers.length) remember(idOf(box), { outside, text })
      return { ...stored, box: box.buffer }
    },
    open(stored) {
      if (!(stored.box instanceof ArrayBuffer)) return stored
      const clear = { ...stored }
      delete clear.box
      const box = new Uint8Array(stored.box)
      const outside = context(clear)
      const known = opened.texts.get(idOf(box))
      if (known?.outside === outside) return { ...clear, ...read(known.text) }
      let plain: Uint8Array
      try {
        plain = xchacha20poly1305(key, box.subarray(0, NONCE), utf8(outside)).decrypt(box.subarray(NONCE))
      } catch (cause) {
        throw new BoxBroken(`${name} ${outside}`, { cause })
      }
      const { text, rest } = split(plain)
      if (!rest.length) remember(idOf(box), { outside, text })
      return { ...clear, ...read(text, rest) }
    },
  }
}

/** 24 random bytes as twelve characters. */
const idOf = (box: Uint8Array): string => String.fromCharCode(...new Uint16Array(box.buffer, box.byteOffset, NONCE / 2))

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const utf8 = (text: string): Uint8Array => encoder.encode(text)

// JSON with two things more that a row may hold: maps, and buffers, which follow the text as they are.
const MAP = '\0map'
const BUFFER = '\0buffer'

function write(row: Row): { text: string; buffers: Uint8Array[] } {
  const buffers: Uint8Array[] = []
  let offset = 0
  const text = JSON.stringify(row, (_, value: unknown) => {
    switch (kindOf(value)) {
      case 'ArrayBuffer': {
        const bytes = new Uint8Array(value as ArrayBuffer)
        buffers.push(bytes)
        offset += bytes.length
        return { [BUFFER]: [offset - bytes.length, offset] }
      }
      case 'Map':
        return { [MAP]: [...(value as Map<unknown, unknown>)] }
      case 'Object':
      case 'Array':
      case 'String':
      case 'Number':
      case 'Boolean':
      case 'Null':
      case 'Undefined':
        return value
      default:
        // Like IndexedDB itself: what cannot be kept whole is not kept in part.
        throw new DOMException(`${kindOf(value)} could not be cloned.`, 'DataCloneError')
    }
  })
  return { text, buffers }
}

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

function read(text: string, rest?: Uint8Array): Row {
  const row = JSON.parse(text) as Row
  // Seldom needed: a NUL stands in JSON only as an escape.
  return text.includes('\\u0000') ? (revived(row, rest) as Row) : row
}

/** What JSON.parse could do by itself, at many times the cost: a checklist is large, and its sheet is a map. */
function revived(value: unknown, rest: Uint8Array | undefined): unknown {
  if (value === null || typeof value !== 'object') return value
  const members = value as Record<string, unknown>
  for (const name in members) {
    const member = revived(members[name], rest)
    if (member !== members[name]) members[name] = member
  }
  if (MAP in members) return new Map(members[MAP] as [unknown, unknown][])
  if (BUFFER in members && rest) return rest.slice(...(members[BUFFER] as [number, number])).buffer
  return value
}

function join(text: string, buffers: readonly Uint8Array[]): Uint8Array {
  const head = utf8(text)
  const size = buffers.reduce((sum, { length }) => sum + length, 4 + head.length)
  const plain = new Uint8Array(size)
  new DataView(plain.buffer).setUint32(0, head.length)
  plain.set(head, 4)
  let at = 4 + head.length
  for (const bytes of buffers) {
    plain.set(bytes, at)
    at += bytes.length
  }
  return plain
}

function split(plain: Uint8Array): { text: string; rest: Uint8Array } {
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(0)
  return { text: decoder.decode(plain.subarray(4, 4 + length)), rest: plain.subarray(4 + length) }
}
