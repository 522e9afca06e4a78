/** Taking along what an inspection needs without a network: the list, the packet, the images it names. */
import { ProblemError } from '../api/problem'
import { getFile, getPacket, listInspections, type Brief } from '../api/fieldwork'
import { readMeta, writeMeta } from '../device/database'
import { keepBriefs, markWithdrawn } from '../device/exchange'
import { keepFile, readState } from '../device/records'
import { readSheet, type InspectionState, type SheetDocument } from '../sync-core'
import type { SyncContext } from './context'

const IN_HAND = ['assigned', 'on_site', 'sealed', 'returned']
const CLOSED = ['approved', 'signed_off', 'published']

/** A packet whose checklist is not the one that its digest names. */
export class DamagedPacket extends Error {}

/** Hears of new and changed inspections, and of those that went to a substitute. */
export async function pullBriefs({ db, client }: SyncContext): Promise<void> {
  const { items, in_hand, next_since } = await listInspections(client, await readMeta<string>(db, 'since'))
  await keepBriefs(db, items)
  const mine = new Set([...in_hand, ...items.map(({ id }) => id)])
  await markWithdrawn<Brief>(db, mine, ({ state }) => IN_HAND.includes(state))
  await writeMeta(db, 'since', next_since)
}

export async function pullPacket({ db, client }: SyncContext, brief: Brief): Promise<void> {
  const known = await db.packets.get(brief.id)
  if (known?.sheet.checklist === brief.checklist_digest) return
  const packet = await getPacket<SheetDocument>(client, brief.id)
  const sheet = readSheet(packet.checklist.document)
  if (sheet.checklist !== packet.checklist.digest) throw new DamagedPacket(brief.id)
  await db.packets.put({ id: brief.id, packet, sheet })
}

/** Fetches the pictures that others made, so that the record can be read and reworked without a network. */
export async function pullImages({ db, client }: SyncContext, brief: Brief): Promise<void> {
  if (CLOSED.includes(brief.state)) return
  for (const [sha256, mime] of imagesOf(await readState(db, brief.id))) {
    if (await db.files.get([brief.id, sha256])) continue
    try {
      await keepFile(db, brief.id, { sha256, mime, bytes: await getFile(client, sha256) }, 1)
    } catch (error) {
      // The other phone has announced it and not sent it yet.
      if (!(error instanceof ProblemError) || error.status !== 404) throw error
    }
  }
}

/** The pictures that a record shows, by SHA-256: photos and written signatures, with their type. */
export function imagesOf(state: InspectionState): Map<string, string> {
  const images = new Map<string, string>()
  for (const { heads } of state.registers.values()) {
    for (const { k, val } of heads) {
      const value = val as { sha256?: string; mime?: string; pad?: string | null } | null
      if (k === 'set' && value?.sha256) images.set(value.sha256, value.mime ?? 'image/jpeg')
      if (k === 'sign' && value?.pad) images.set(value.pad, 'image/png')
    }
  }
  return images
}
