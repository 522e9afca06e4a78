/**
 * SHA-256 as one synchronous loop: a draw of 200,000 objects is a million hashes, and a promise for each would take
 * minutes. Text is hashed as UTF-8 and digests are lower-case hex.
 */
const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]
// The value of a hex digit by its character code.
const DIGIT = new Uint8Array(128)
'0123456789abcdef'.split('').forEach((digit, value) => (DIGIT[digit.charCodeAt(0)] = value))
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const W = new Int32Array(64)
const utf8 = new TextEncoder()

/** Takes bytes and text piece by piece; begin() makes it as new, which is much cheaper than a new one. */
export class Sha256 {
  private readonly state = new Int32Array(START)
  private readonly block = new Uint8Array(64)
  private filled = 0
  private length = 0

  begin(): this {
    this.state.set(START)
    this.filled = 0
    this.length = 0
    return this
  }

  text(text: string): this {
    const { block } = this
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) return this.bytes(utf8.encode(text.slice(i)))
      block[this.filled++] = unit
      this.length++
      if (this.filled === 64) this.compress()
    }
    return this
  }

  bytes(bytes: Uint8Array): this {
    for (let i = 0; i < bytes.length; i++) {
      this.block[this.filled++] = bytes[i]!
      if (this.filled === 64) this.compress()
    }
    this.length += bytes.length
    return this
  }

  /** The same beginning once more, to go on from. */
  copy(into: Sha256): Sha256 {
    into.state.set(this.state)
    into.block.set(this.block)
    into.filled = this.filled
    into.length = this.length
    return into
  }

  /** The 32 bytes; nothing can be added afterwards until begin(). */
  digest(): Uint8Array<ArrayBuffer> {
    const { block, state } = this
    block[this.filled++] = 0x80
    if (this.filled > 56) {
      block.fill(0, this.filled)
      this.compress()
    }
    block.fill(0, this.filled)
    const bits = this.length * 8
    putWord(block, 56, Math.floor(bits / 2 ** 32))
    putWord(block, 60, bits)
    this.compress()
    const out = new Uint8Array(32)
    for (let i = 0; i < 8; i++) putWord(out, 4 * i, state[i]!)
    return out
  }

  hex(): string {
    return hexOf(this.digest())
  }

  private compress(): void {
    const { state, block } = this
    for (let i = 0, at = 0; i < 16; i++, at += 4) {
      W[i] = (block[at]! << 24) | (block[at + 1]! << 16) | (block[at + 2]! << 8) | block[at + 3]!
    }
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15]!
      const y = W[i - 2]!
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      W[i] = (W[i - 16]! + s0 + W[i - 7]! + s1) | 0
    }
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    let f = state[5]!
    let g = state[6]!
    let h = state[7]!
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + W[i]!) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    state[0]! += a
    state[1]! += b
    state[2]! += c
    state[3]! += d
    state[4]! += e
    state[5]! += f
    state[6]! += g
    state[7]! += h
    this.filled = 0
  }
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24
  bytes[at + 1] = word >>> 16
  bytes[at + 2] = word >>> 8
  bytes[at + 3] = word
}

export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i]!]!
  return text
}

export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (DIGIT[hex.charCodeAt(2 * i)]! << 4) | DIGIT[hex.charCodeAt(2 * i + 1)]!
  }
  return bytes
}

const work = new Sha256()

/** H of text. */
export const textHash = (text: string): string => work.begin().text(text).hex()

/** SHA-256 of some bytes one after the other. */
export function bytesHash(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  work.begin()
  for (const part of parts) work.bytes(part)
  return work.digest()
}

/** H of texts that all begin alike; the beginning is hashed once. */
export function hashAfter(prefix: string): (rest: string) => string {
  const begun = new Sha256().text(prefix)
  return (rest) => begun.copy(work).text(rest).hex()
}
