/**
 * The rescue file 救援文件: what a phone could not send, in one encrypted file that anybody may carry.
 * Layout: "SUICHA1\n", 16 bytes salt, 12 bytes nonce, then AES-256-GCM under PBKDF2-SHA256 of the number that belongs to
 * it, with the first 24 bytes as associated data. Inside: the length of the contents as 4 bytes, the contents as JSON,
 * the bytes of the files one after the other.
 */
import { digestOf } from '../device/digest'
import type { RescueFile } from '../device/rescue'
import { isChained } from '../device/rescue'
import type { Bundle } from '../sync-core'

const MAGIC = new TextEncoder().encode('SUICHA1\n')
const SALT = 16
const NONCE = 12
const ROUNDS = 600_000
const DIGITS = 20

/** What is not in the operations: told to whoever carries it. */
export interface About {
  person: string
  device: string
  at: string
  /** Names of the inspections, by id. */
  titles: Record<string, string>
}

export interface Rescue {
  about: About
  bundle: Bundle
  files: RescueFile[]
}

export interface OpenedRescue extends Rescue {
  /** How many files were left out on opening, as their bytes are not those that their names promise. */
  spoilt: number
}

const KINDS = ['image/jpeg', 'image/png', 'image/webp', 'application/json']

/** No rescue file, or cut short. */
export class NotRescue extends Error {}

/** The number does not belong to this file, or the file was changed. */
export class WrongNumber extends Error {}

/** 20 digits at random, 66 bits: long enough beside the slow derivation, and read out over any telephone. */
export function makeNumber(): string {
  let number = ''
  // Bytes of 250 and above would make some digits likelier.
  while (number.length < DIGITS) for (const byte of crypto.getRandomValues(new Uint8Array(DIGITS))) if (byte < 250) number += byte % 10
  return number.slice(0, DIGITS)
}

/** As it is written down: 1234 5678 … */
export function grouped(number: string): string {
  return number.replace(/\D/g, '').slice(0, DIGITS).replace(/(\d{4})(?=\d)/g, '$1 ')
}

export function isNumber(text: string): boolean {
  return text.replace(/\D/g, '').length === DIGITS
}

export async function packRescue({ about, bundle, files }: Rescue, number: string): Promise<Uint8Array<ArrayBuffer>> {
  const list = files.map(({ insp, sha256, mime, bytes }) => ({ insp, sha256, mime, size: bytes.byteLength }))
  const head = new TextEncoder().encode(JSON.stringify({ about, bundle, files: list }))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, head.length)
  const plain = join([length, head, ...files.map(({ bytes }) => new Uint8Array(bytes))])
  const salt = crypto.getRandomValues(new Uint8Array(SALT))
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE))
  const front = join([MAGIC, salt])
  const key = await keyOf(number, salt, 'encrypt')
  const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: front }, key, plain)
  return join([front, nonce, new Uint8Array(box)])
}

/** Throws NotRescue and WrongNumber. */
export async function openRescue(bytes: ArrayBuffer, number: string): Promise<OpenedRescue> {
  const all = new Uint8Array(bytes)
  if (all.length < MAGIC.length + SALT + NONCE || MAGIC.some((byte, index) => all[index] !== byte)) throw new NotRescue()
  const front = all.slice(0, MAGIC.length + SALT)
  const nonce = all.slice(front.length, front.length + NONCE)
  const key = await keyOf(number, front.slice(MAGIC.length), 'decrypt')
  let plain: Uint8Array<ArrayBuffer>
  try {
    const box = all.slice(front.length + NONCE)
    plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: front }, key, box))
  } catch (cause) {
    throw new WrongNumber('', { cause })
  }
  return read(plain)
}

type Contents = Omit<Rescue, 'files'> & { files: (Omit<RescueFile, 'bytes'> & { size: number })[] }

/** Anybody may have written it: what cannot be shown or kept is refused here. */
async function read(plain: Uint8Array<ArrayBuffer>): Promise<OpenedRescue> {
  try {
    const end = 4 + new DataView(plain.buffer).getUint32(0)
    const { about, bundle, files: list } = JSON.parse(new TextDecoder().decode(plain.slice(4, end))) as Contents
    let from = end
    const files = list.map(({ size, ...file }) => {
      from += size
      if (from > plain.length) throw new NotRescue()
      return { ...file, bytes: plain.slice(from - size, from).buffer }
    })
    if (bundle.v !== 1 || !bundle.batches.every(isChained) || !isTold(about)) throw new NotRescue()
    const intact: RescueFile[] = []
    for (const file of files) if (KINDS.includes(file.mime) && (await digestOf(file.bytes)) === file.sha256) intact.push(file)
    return { about, bundle, files: intact, spoilt: files.length - intact.length }
  } catch (cause) {
    throw new NotRescue('', { cause })
  }
}

function isTold({ person, device, at, titles }: About): boolean {
  return [person, device, at, ...Object.values(titles)].every((text) => typeof text === 'string')
}

async function keyOf(number: string, salt: Uint8Array<ArrayBuffer>, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const secret = new TextEncoder().encode(number.replace(/\D/g, ''))
  const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }
  return crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, [use])
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
