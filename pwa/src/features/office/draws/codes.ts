/**
 * A custodian's secret code: made here from the browser's random source, hashed here, and told to the server only
 * after the event. A copy may stay in this browser until then; it is a convenience, not the safe place.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BYTES = 20

/** 160 random bits as 32 letters and digits (base32 of RFC 4648), none of which look alike in print. */
export function makeCode(random: Uint8Array = crypto.getRandomValues(new Uint8Array(BYTES))): string {
  let bits = ''
  for (const byte of random) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[parseInt(five, 2)]).join('')
}

export const hashCode = (code: string): string => bytesToHex(sha256(utf8ToBytes(code)))

/** The code as it was made, from how people write it down: in groups, with gaps, in small letters. */
export const readCode = (written: string): string => written.replace(/[\s-]/g, '').toUpperCase()

/** The code in groups of four, for reading aloud and writing down. */
export const inGroups = (code: string): string => code.replace(/.{4}(?=.)/g, '$& ')

const keyOf = (draw: string, person: string): string => `suicha.code.${draw}.${person}`

export const keepCode = (draw: string, person: string, code: string): void =>
  localStorage.setItem(keyOf(draw, person), code)
export const keptCode = (draw: string, person: string): string => localStorage.getItem(keyOf(draw, person)) ?? ''
export const dropCode = (draw: string, person: string): void => localStorage.removeItem(keyOf(draw, person))
