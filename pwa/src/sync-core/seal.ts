// What is signed: the snapshot of a record, its digest, and which signatures stand over it. Twin of sync/seal.py.

import { hexDigest, type Json } from './canonical'
import { dot, VERSION, type Operation } from './operations'
import { compareText, inConflict, valueOf, type Registers } from './registers'

/** What the log of one inspection needs to know of its frozen checklist document. */
export interface Sheet {
  readonly inspection: string
  readonly checklist: string
  readonly items: ReadonlyMap<string, readonly string[]>
  readonly parties: readonly Json[]
  readonly required: readonly string[]
}

/** The part of a checklist document that readSheet looks at; the digest is of the whole document. */
export interface SheetDocument {
  readonly inspection: string
  readonly items: readonly { readonly code: string; readonly points: readonly string[] }[]
  readonly parties: readonly { readonly person: string; readonly role: string }[]
}

/** How far the seal of a revision is; `digest` is null while the record cannot be signed. */
export interface SealStatus {
  readonly digest: string | null
  readonly conflicts: readonly string[]
  readonly signed: ReadonlyMap<string, Operation>
  readonly missing: readonly string[]
  readonly void: readonly string[]
  readonly complete: boolean
}

/** The record as it is signed. */
export interface Snapshot {
  readonly schema: number
  readonly inspection: string
  readonly rev: number
  readonly checklist: string
  readonly registers: Readonly<Record<string, Json>>
  readonly blobs: readonly { readonly sha256: string; readonly size: number; readonly mime: string }[]
  readonly parties: readonly Json[]
}

export type Cover = Readonly<Record<string, number>>

/** The record has no single content: registers in conflict, or operations of a newer version. */
export class Unresolved extends Error {}

/** The sheet of a checklist document. Lead and members sign by person id, the representative as `1`. */
export function readSheet(document: SheetDocument): Sheet {
  const inspectors = document.parties.filter(({ role }) => role === 'lead' || role === 'member')
  return {
    inspection: document.inspection,
    checklist: hexDigest(document),
    items: new Map(document.items.map(({ code, points }) => [code, points])),
    parties: document.parties as readonly Json[],
    required: [...inspectors.map(({ role, person }) => `sign/${role}/${person}`), 'sign/representative/1'],
  }
}

/** Whether a register belongs to the record itself: not a signature, not the announcement of a file. */
export function isRecord(register: string): boolean {
  return !register.startsWith('sign/') && !register.startsWith('blob/')
}

export function conflictsOf(registers: Registers): string[] {
  return [...registers].filter(([name, register]) => isRecord(name) && inConflict(register)).map(([name]) => name).sort()
}

/** The record as it is signed: every record register not cleared. Throws Unresolved on a conflict. */
export function snapshotOf(sheet: Sheet, rev: number, registers: Registers): Snapshot {
  const conflicts = conflictsOf(registers)
  if (conflicts.length) throw new Unresolved(conflicts.join(', '))
  const values: Record<string, Json> = {}
  const photos = new Map<string, Snapshot['blobs'][number]>()
  for (const name of [...registers.keys()].filter(isRecord).sort()) {
    const value = valueOf(registers.get(name)!)
    if (value === null) continue
    values[name] = value
    if (!name.startsWith('photo/')) continue
    const { sha256, size, mime } = value as unknown as Snapshot['blobs'][number]
    photos.set(sha256, { sha256, size, mime })
  }
  return {
    schema: VERSION,
    inspection: sheet.inspection,
    rev,
    checklist: sheet.checklist,
    registers: values,
    blobs: [...photos.values()].sort((a, b) => compareText(a.sha256, b.sha256)),
    parties: sheet.parties,
  }
}

export interface Knowledge {
  readonly have: Cover
  readonly counting: Cover
  readonly unknown: boolean
}

/**
 * Which signatures of this revision stand.
 *
 * One stands when its digest is the record's present digest, the log holds everything that its cover
 * names (`have`), and its cover names every operation that counts (`counting`, highest seq per replica):
 * so nothing was changed, or changed back, after it. `unknown`: operations of a newer version count.
 */
export function sealStatusOf(sheet: Sheet, rev: number, registers: Registers, known: Knowledge): SealStatus {
  const conflicts = conflictsOf(registers)
  const digest = conflicts.length || known.unknown ? null : hexDigest(snapshotOf(sheet, rev, registers))
  const signed = new Map<string, Operation>()
  const voided: string[] = []
  for (const slot of [...registers.keys()].filter((name) => name.startsWith('sign/')).sort()) {
    for (const op of registers.get(slot)!.heads) {
      if (op.rev !== rev || op.val === null) continue
      const value = op.val as unknown as { digest: string; cover: Cover }
      const stands =
        value.digest === digest && reaches(known.have, value.cover) && reaches(value.cover, known.counting)
      if (stands) signed.set(slot, op)
      else voided.push(dot(op))
    }
  }
  const missing = sheet.required.filter((slot) => !signed.has(slot))
  return { digest, conflicts, signed, missing, void: voided.sort(), complete: digest !== null && !missing.length }
}

function reaches(cover: Cover, other: Cover): boolean {
  return Object.entries(other).every(([rep, seq]) => seq <= (cover[rep] ?? 0))
}
