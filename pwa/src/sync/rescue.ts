/** Making a rescue file of what is unsent, and handing another's in at the desk, where no tables are. */
import type { Client } from '../api/client'
import type { FieldDatabase, FileRow } from '../device/database'
import { collectUnsent } from '../device/rescue'
import { signedBytes, type Batch, type Bundle } from '../sync-core'
import { handOver, portions } from './carried'
import type { SyncContext } from './context'
import { contained, type Failure } from './failures'
import type { About, Rescue } from './rescuefile'

/** A replica of this device, present or given up, with its public key (SPKI, base64url). */
export interface Signer {
  rep: string
  usr: string
  public_key: string
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<string>
}

/** Everything unsent, signed batch by batch; null when there is nothing. `signer`: null where the key is gone. */
export async function makeRescue(
  db: FieldDatabase,
  about: About,
  signer: (rep: string) => Promise<Signer | null>,
): Promise<Rescue | null> {
  const { chains, carried, files } = await collectUnsent(db)
  const signers = new Map<string, Signer>()
  const batches: Batch[] = []
  for (const { insp, rep, ops } of chains) {
    const found = signers.get(rep) ?? (await signer(rep))
    if (!found) continue
    signers.set(rep, found)
    batches.push({ insp, rep, ops, sig: await found.sign(signedBytes(ops)) })
  }
  if (!batches.length && !carried.length && !files.length) return null
  const replicas = [...signers.values()].map(({ rep, usr, public_key }) => ({ rep, usr, public_key }))
  const bundle: Bundle = { v: 1, replicas, batches: [...batches, ...carried] }
  return { about, bundle, files }
}

/** What became of a rescue file at the server. */
export interface HandedIn {
  /** By batch, in the order of the file: '' where it was stored, else why not. */
  codes: string[]
  files: { sent: number; asked: number; failures: Failure[] }
}

/**
 * Hands a rescue file in: the operations, then those of its files that the server lacks. May be repeated after an
 * interruption, which it throws; nothing is stored twice.
 */
export async function handIn(
  client: Client,
  { bundle, files }: Rescue,
  upload: SyncContext['upload'],
  sent: (bytes: number, all: number) => void,
): Promise<HandedIn> {
  const codes: string[] = []
  const lacking = new Set<string>()
  for (const part of portions(bundle.batches.map((batch) => ({ batch })))) {
    for (const { insp, st, code, missing } of await handOver(client, part.map(({ batch }) => batch))) {
      codes.push(st === 'stored' ? '' : st === 'refused' ? code : st)
      for (const sha256 of missing) lacking.add(`${insp} ${sha256}`)
    }
  }
  const asked = files.filter(({ insp, sha256 }) => lacking.has(`${insp} ${sha256}`))
  const all = asked.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
  const failures: Failure[] = []
  let before = 0
  for (const { bytes, ...file } of asked) {
    const row: FileRow = { ...file, size: bytes.byteLength, uploaded: 0, sent: 0 }
    const failure = await contained(() => upload(row, bytes, (now) => sent(before + now, all)))
    if (failure) failures.push(failure)
    before += row.size
    sent(before, all)
  }
  return { codes, files: { sent: asked.length - failures.length, asked: asked.length, failures } }
}
