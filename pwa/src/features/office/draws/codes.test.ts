import { describe, expect, it } from 'vitest'

import { hashCode, inGroups, makeCode, readCode } from './codes'

describe('makeCode', () => {
  it('writes bytes in base32 as RFC 4648 does', () => {
    expect(makeCode(new TextEncoder().encode('fooba'))).toBe('MZXW6YTB')
  })

  it('gives 32 characters that the grammar of codes allows, and never the same twice', () => {
    expect(makeCode()).toMatch(/^[A-Z2-7]{32}$/)
    expect(makeCode()).not.toBe(makeCode())
  })
})

describe('readCode', () => {
  it('undoes how a code is written down', () => {
    const code = makeCode()
    expect(readCode(` ${inGroups(code).toLowerCase().replace(' ', '-')}\n`)).toBe(code)
  })
})

describe('hashCode', () => {
  it('is the SHA-256 of the text in lower-case hex', () => {
    expect(hashCode('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
