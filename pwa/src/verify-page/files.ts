/** Which of the dropped files is what: the bundle to verify, the object draw it staffs, and what was sealed. */
import { misshapen, type Bundle } from '../verifier/documents'
import { Sha256 } from '../verifier/sha256'

export interface Dropped {
  name: string
  digest: string
  /** What the file holds, any JSON; undefined where it is none. */
  content: unknown
}

export interface Roles {
  bundle: Dropped | null
  parent: Dropped | null
  sealed: Dropped | null
}

export async function readFile(file: File): Promise<Dropped> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const digest = new Sha256().bytes(bytes).hex()
  try {
    return { name: file.name, digest, content: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown }
  } catch {
    return { name: file.name, digest, content: undefined }
  }
}

/** A match of inspectors is what is verified if there is one; the object draw is then its parent. */
export function rolesOf(files: readonly Dropped[]): Roles {
  const readable = files.filter((file) => file.content !== undefined)
  const isBundle = (file: Dropped, fits: (bundle: Bundle) => boolean): boolean =>
    !misshapen(file.content).length && fits(file.content as Bundle)
  const last = (fits: (bundle: Bundle) => boolean): Dropped | null => readable.filter((file) => isBundle(file, fits)).at(-1) ?? null
  const match = last((b) => b.mode !== 'sealed' && b.commitment.kind === 'inspectors')
  const objects = last((b) => b.mode !== 'sealed' && b.commitment.kind !== 'inspectors')
  const bundle = match ?? objects ?? last((b) => b.mode === 'sealed') ?? readable.at(-1) ?? null
  const draw = bundle && isBundle(bundle, () => true) ? (bundle.content as Bundle).commitment.draw : ''
  const sealed = last((b) => b.mode === 'sealed' && b.commitment.draw === draw)
  return { bundle, parent: match ? objects : null, sealed: sealed === bundle ? null : sealed }
}
