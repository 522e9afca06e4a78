/** The list of tasks as the device has it. */
import type { Brief, Packet } from '../../../api/fieldwork'
import type { FieldDatabase, OperationRow } from '../../../device/database'
import { foldRows } from '../../../device/folding'
import { status, type ChecklistDocument } from '../../../engine/checklist'
import { imagesOf } from '../../../sync/packets'
import type { Phase } from '../../../sync-core'
import { phaseOf, valuesOf } from '../inspection'

export interface TaskSummary {
  brief: Brief
  phase: Phase
  percent: number
  /** Operations and files of this task that the server does not have. */
  waiting: number
  /** Packet, checklist and pictures are here: the task can be done without a network. */
  ready: boolean
  failed: boolean
  withdrawn: boolean
}

export async function listTasks(db: FieldDatabase): Promise<TaskSummary[]> {
  const [inspections, ids, operations, files, transfers] = await Promise.all([
    db.inspections.toArray(),
    db.packets.toCollection().primaryKeys(),
    db.operations.toArray(),
    db.files.toArray(),
    db.transfers.toArray(),
  ])
  const rowsOf = grouped(operations)
  // A packet with its checklist is large; of a task not begun it only matters whether it is here.
  const packets = await db.packets.bulkGet(ids.filter((id) => rowsOf.has(id)))
  const known = new Set(ids)
  const packetOf = new Map(packets.flatMap((packet) => (packet ? [[packet.id, packet]] : [])))
  const filesOf = grouped(files)
  const failed = new Set(transfers.map(({ insp }) => insp))
  return inspections.map(({ id, brief: written, withdrawn = false }) => {
    const brief = written as Brief
    const packet = packetOf.get(id)
    const rows: OperationRow[] = rowsOf.get(id) ?? []
    const stored = filesOf.get(id) ?? []
    const waiting = rows.filter(({ acked }) => !acked).length + stored.filter(({ uploaded }) => !uploaded).length
    const task = { brief, waiting, failed: failed.has(id), withdrawn }
    if (!packet) return { ...task, phase: phaseOf(brief, null), percent: 0, ready: known.has(id) }
    const state = foldRows(packet.sheet, rows)
    const { document } = (packet.packet as Packet<ChecklistDocument>).checklist
    const named = [...imagesOf(state).keys()]
    return {
      ...task,
      phase: phaseOf(brief, state),
      percent: status(document, valuesOf(state)).percent,
      ready: named.every((sha256) => stored.some((file) => file.sha256 === sha256)),
    }
  })
}

function grouped<T extends { insp: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(row.insp)
    if (group) group.push(row)
    else groups.set(row.insp, [row])
  }
  return groups
}
