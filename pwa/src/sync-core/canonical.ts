// Canonical JSON (RFC 8785 inside I-JSON, RFC 7493) and the digests made from it. Twin of sync/canonical.py.
// Hashing is synchronous on purpose: nothing here may be awaited inside an IndexedDB transaction.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export const MAX_DEPTH = 32

/** Outside the protocol's JSON: a fraction, a number beyond 2^53-1, half a surrogate pair, too deep. */
export class NotCanonical extends Error {}

/** The one text of a JSON value. Throws NotCanonical. */
export function canonical(value: unknown): string {
  refuseForeign(value, MAX_DEPTH)
  return canonicalize(value) as string
}

// The library follows JavaScript (it drops undefined, calls toJSON, rounds large numbers); the protocol refuses these.
function refuseForeign(value: unknown, depth: number): void {
  if (depth < 0) throw new NotCanonical(`nested deeper than ${MAX_DEPTH}`)
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') return refuseHalfPairs(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new NotCanonical('numbers are integers; write a decimal as a string')
    return
  }
  if (Array.isArray(value)) return value.forEach((item) => refuseForeign(item, depth - 1))
  if (!isObject(value)) throw new NotCanonical(`not JSON: ${typeof value}`)
  for (const [key, item] of Object.entries(value)) {
    refuseHalfPairs(key)
    refuseForeign(item, depth - 1)
  }
}

function refuseHalfPairs(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new NotCanonical('half a surrogate pair')
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

export function isInteger(value: unknown, low = Number.MIN_SAFE_INTEGER, high = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high
}

/** SHA-256 as base64url without padding, 43 characters: hashes of operations and of the server's chain. */
export function shortHash(text: string): string {
  const bytes = sha256(utf8ToBytes(text))
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
}

/** SHA-256 of the canonical text in lower-case hex: digests of documents and of sealed records. */
export function hexDigest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonical(value))))
}
