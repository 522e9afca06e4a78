/** Canonical JSON (RFC 8785) of the documents of a draw: objects, lists, texts and integers, checked before. */
import { Sha256 } from './sha256'

const PIECE = 1 << 16

/** H of a document's canonical text, without holding that text as a whole. */
export function digest(document: unknown): string {
  const hash = new Sha256()
  let piece = ''
  write(document, (text) => {
    piece += text
    if (piece.length > PIECE) {
      hash.text(piece)
      piece = ''
    }
  })
  return hash.text(piece).hex()
}

export function canonical(document: unknown): string {
  const pieces: string[] = []
  write(document, (text) => pieces.push(text))
  return pieces.join('')
}

/** Whether two documents are the same. */
export const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other)

function write(value: unknown, put: (text: string) => void): void {
  if (Array.isArray(value)) {
    put('[')
    value.forEach((item, i) => {
      if (i) put(',')
      write(item, put)
    })
    put(']')
  } else if (typeof value === 'object' && value !== null) {
    put('{')
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .forEach(([key, item], i) => {
        put(`${i ? ',' : ''}${JSON.stringify(key)}:`)
        write(item, put)
      })
    put('}')
  } else put(JSON.stringify(value))
}
