/** The replica's own key: made here, never exportable, used to sign what this phone sends. */
import type { StoredReplica } from '../device/identity'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' }

/** A new replica, not yet known to the server. */
export async function makeReplica(account: { account: string; username: string }, label: string): Promise<StoredReplica> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])
  const { account: id, username } = account
  return { id: uuid7(), account: id, username, keys, label, enrolled: 0, retired: null }
}

/** The public key as the server enrols it: SubjectPublicKeyInfo in base64. */
export async function publicKeyOf(replica: StoredReplica): Promise<string> {
  return base64(await crypto.subtle.exportKey('spki', replica.keys.publicKey))
}

/** ECDSA with SHA-256 over the bytes, r||s in base64url without padding. */
export async function signWith(replica: StoredReplica, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, replica.keys.privateKey, bytes)
  return base64(signature).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** How the person recognises this device in a list, e.g. "Android · Chrome". */
export function deviceLabel(agent: string = navigator.userAgent): string {
  const first = (names: [RegExp, string][]): string | undefined => names.find(([pattern]) => pattern.test(agent))?.[1]
  const system = first([[/HarmonyOS|OpenHarmony/, 'HarmonyOS'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS/, 'macOS'], [/Linux/, 'Linux']])
  const browser = first([[/MicroMessenger/, 'WeChat'], [/Edg\//, 'Edge'], [/Firefox/, 'Firefox'], [/Chrome/, 'Chrome'], [/Safari/, 'Safari']])
  return [system ?? '?', browser ?? '?'].join(' · ')
}

/** A UUID of version 7 (RFC 9562): 48 bits of time in ms, the rest random. */
export function uuid7(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, '0')
  const random = crypto.randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}

export function base64(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}
