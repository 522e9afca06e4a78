import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'

import { digest } from './canonical'
import type { Bundle, Commitment, Leaf } from './documents'
import { MESSAGES } from './findings'
import { rootOf } from './merkle'
import { drawObjects, leafOf, NO_ELIGIBILITY, NO_PARENT, quota, resultDigest, seedOf, ticketOf } from './rules'
import { Sha256, textHash } from './sha256'
import { verifyNow } from './verify'

interface Vector {
  about: string
  bundle: Bundle
  bundle_digest: string
  parent: Bundle | null
  sealed: Bundle | null
  findings: string[]
}
interface Generated extends Omit<Vector, 'bundle'> {
  name: string
  sizes: [string, number][]
  commitment: Commitment
  event: Bundle['event']
  codes: Bundle['codes']
  result_digest: string
}
interface Primitives {
  trees: { leaves: string[]; root: string }[]
  quotas: { n: number; ratio: string; k: number }[]
  seed: { commitment_digest: string; event: string; seed: string }
  codes: Bundle['codes']
  ticket: { seed: string; stratum: string; object: string; ticket: string }
  leaf: { salt: string; stratum: string; object: string; leaf: string }
  messages: Record<string, [string, string]>
}

const files = import.meta.glob('../../../schemas/vectors/draws/*.json', { eager: true, import: 'default' })
const file = <T>(name: string): T => files[`../../../schemas/vectors/draws/${name}.json`] as T
const vectors = Object.values(files as Record<string, Vector>).filter((vector) => 'bundle' in vector)
const primitives = file<Primitives>('primitives')

function drain<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}

describe('vectors', () => {
  it.each(vectors)('of $about', ({ bundle, parent, sealed, findings, bundle_digest }) => {
    const found = verifyNow({ bundle, parent, sealed })
    expect([...new Set(found.map(({ code }) => code))].sort()).toEqual(findings)
    expect(digest(bundle)).toBe(bundle_digest)
  })

  it('are all there', () => {
    expect(vectors.length).toBeGreaterThan(150)
  })

  it('of 200,000 objects, made by their rule', { timeout: 60_000 }, () => {
    const rule = file<Generated>('generated-200000')
    const keyed = hmac.create(sha256, sha256(utf8ToBytes(rule.name)))
    const pool = new Map(rule.sizes.map(([code]): [string, string[]] => [code, []]))
    const leaves: Leaf[] = []
    for (const [stratum, n] of rule.sizes) {
      for (let i = 0; i < n; i++) {
        const id = `91${textHash(`${rule.name}|${leaves.length}`).slice(0, 16)}`
        const salt = bytesToHex(keyed.clone().update(utf8ToBytes(id)).digest()).slice(0, 32)
        leaves.push({ id, salt, stratum, leaf: leafOf(salt, stratum, id) })
        pool.get(stratum)!.push(id)
      }
    }
    leaves.sort((a, b) => (a.leaf < b.leaf ? -1 : 1))
    const { commitment, event, codes } = rule
    const seed = seedOf(digest(commitment), event.value, codes)
    const result = {
      v: 'dsj1', draw: commitment.draw, kind: 'objects', commitment: digest(commitment), seed,
      strata: drain(drawObjects(commitment.strata, pool, seed)), assignments: '', digest: '',
    }
    result.digest = resultDigest(result)
    const bundle: Bundle = {
      v: 'dsj1', mode: 'open', commitment, commitment_digest: digest(commitment), event, codes, leaves, result,
      assignments: [], eligibility: NO_ELIGIBILITY, substitutions: [], voids: [], parent: NO_PARENT,
    }
    expect(result.digest).toBe(rule.result_digest)
    expect(digest(bundle)).toBe(rule.bundle_digest)
    expect(verifyNow({ bundle }).map(({ code }) => code)).toEqual(rule.findings)
  })

  it('agree on every primitive', () => {
    for (const { leaves, root } of primitives.trees) expect(drain(rootOf(leaves))).toBe(root)
    for (const { n, ratio, k } of primitives.quotas) expect(quota(n, ratio)).toBe(k)
    const { seed, codes, ticket, leaf } = primitives
    expect(seedOf(seed.commitment_digest, seed.event, codes)).toBe(seed.seed)
    expect(ticketOf(ticket.seed, ticket.stratum, ticket.object)).toBe(ticket.ticket)
    expect(leafOf(leaf.salt, leaf.stratum, leaf.object)).toBe(leaf.leaf)
  })

  it('have the words of the command line', () => {
    expect(MESSAGES).toEqual(primitives.messages)
  })
})

describe('verify', () => {
  const honest = file<Vector>('objects-mixed').bundle

  it('rejects a commitment that was not the one published before the event', () => {
    expect(verifyNow({ bundle: honest, published: honest.commitment_digest })).toEqual([])
    const found = verifyNow({ bundle: honest, published: '0'.repeat(64) })
    expect(found.map(({ code }) => code)).toEqual(['commitment_published'])
  })

  it.each([null, 1, 'text', [], {}, { v: 'dsj1' }, [[[]]]])('refuses what is no bundle: %j', (foreign) => {
    expect(verifyNow({ bundle: foreign }).map(({ code }) => code)).toEqual(['malformed'])
  })
})

describe('Sha256', () => {
  it('hashes texts of every length and alphabet as everybody does', () => {
    for (const letter of ['a', 'é', '查', '𠮷', 'a查']) {
      for (let n = 0; n < 140; n++) {
        const text = letter.repeat(n)
        expect(textHash(text)).toBe(bytesToHex(sha256(utf8ToBytes(text))))
      }
    }
  })

  it('takes pieces', () => {
    const pieces = ['x'.repeat(61), '查a', '', '𠮷'.repeat(40)]
    const hash = new Sha256()
    for (const piece of pieces) hash.text(piece)
    expect(hash.hex()).toBe(textHash(pieces.join('')))
  })
})
