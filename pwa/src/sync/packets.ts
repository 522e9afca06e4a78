/** Taking along what an inspection needs without a network: the list, the packet, the images it names. */
import { ProblemError } from '../api/problem'
import { getFile, getPacket, listInspections, type Brief } from '../api/fieldwork'
import { readMeta, writeMeta } from '../device/database'
import { keepBriefs, markWithdrawn } from '../device/exchange'
import { keepFile, readState } from '../device/records'
import { readSheet, type InspectionState, type SheetDocument } from '../sync-core'
import type { SyncContext } from './context'

const IN_HAND = ['assigned', 'on_site', 'sealed', 'returned']
export const CLOSED = ['approved', 'signed_off', 'published']
const WHOLE_MS = 12 * 3_600_000

/** A packet whose checklist is not the one that its digest names. */
export class DamagedPacket extends Error {}

/**
 * Whether it is time for the whole list. What changed since the last time says nothing of a server that came back
 * from a backup; only seeing every head does.
 */
export async function isWholeDue({ db, clock }: SyncContext): Promise<boolean> {
  const listed = await readMeta<string>(db, 'listed')
  const age = clock().getTime() - Date.parse(listed ?? '')
  // A clock that was set back must not put it off.
  return !(age >= 0 && age < WHOLE_MS)
}

/** Hears of new and changed inspections, or of all, and of those that went to a substitute. */
export async function pullBriefs({ db, client, clock }: SyncContext, whole: boolean): Promise<void> {
  const since = whole ? null : await readMeta<string>(db, 'since')
  const { items, in_hand, next_since } = await listInspections(client, since)
  await keepBriefs(db, items, clock())
  const mine = new Set([...in_hand, ...items.map(({ id }) => id)])
  await markWithdrawn<Brief>(db, mine, ({ state }) => IN_HAND.includes(state))
  await writeMeta(db, 'since', next_since)
  if (!since) await writeMeta(db, 'listed', clock().toISOString())
}

/** Fetches the packet where the list says that it changed. */
export async function pullPacket({ db, client }: SyncContext, brief: Brief): Promise<void> {
  const known = await db.packets.get(brief.id)
  const asked = brief.packet_etag ?? null
  const same = asked ? known?.asked === asked : known?.sheet.checklist === brief.checklist_digest
  if (known && same) return
  const fresh = await getPacket<SheetDocument>(client, brief.id, known?.etag ?? null)
  if (!fresh) return void (await db.packets.update(brief.id, { asked }))
  const { value: packet, etag } = fresh
  const sheet = readSheet(packet.checklist.document)
  if (sheet.checklist !== packet.checklist.digest) throw new DamagedPacket(brief.id)
  await db.packets.put({ id: brief.id, packet, sheet, etag, asked })
}

/** Fetches the pictures that others made, so that the record can be read and reworked without a network. */
export async function pullImages({ db, client }: SyncContext, brief: Brief): Promise<void> {
  if (CLOSED.includes(brief.state)) return
  for (const [sha256, { mime, size }] of imagesOf(await readState(db, brief.id))) {
    if (await db.files.get([brief.id, sha256])) continue
    try {
      await keepFile(db, brief.id, { sha256, mime, bytes: await getFile(client, sha256, size) }, 1)
    } catch (error) {
      // The other phone has announced it and not sent it yet.
      if (!(error instanceof ProblemError) || error.status !== 404) throw error
    }
  }
}

/** The pictures that a record shows, by SHA-256: photos and written signatures. */
export function imagesOf(state: InspectionState): Map<string, { mime: string; size: number }> {
  const images = new Map<string, { mime: string; size: number }>()
  for (const { heads } of state.registers.values()) {
    for (const { k, val } of heads) {
      const value = val as { sha256?: string; mime?: string; size?: number; pad?: string | null } | null
      if (k === 'set' && value?.sha256) images.set(value.sha256, { mime: value.mime ?? 'image/jpeg', size: value.size ?? 0 })
      if (k === 'sign' && value?.pad) images.set(value.pad, { mime: 'image/png', size: 0 })
    }
  }
  return images
}
