/** One inspection as its pages see it: the stored packet and the fold of its log, put through the checklist engine. */
import type { Brief, Packet } from '../../api/fieldwork'
import type { FieldDatabase, InspectionRow, OperationRow, PacketRow, TransferRow } from '../../device/database'
import { foldRows } from '../../device/folding'
import {
  results,
  status,
  visible,
  answersOf,
  type ChecklistDocument,
  type Results,
  type Status,
} from '../../engine/checklist'
import {
  atCover,
  inConflict,
  isOpen,
  openPoints,
  sealStatus,
  valueOf,
  type InspectionState,
  type Json,
  type Operation,
  type Phase,
  type Seal,
  type SealStatus,
} from '../../sync-core'

export type Values = Readonly<Record<string, Json>>

export interface Inspection {
  brief: Brief
  packet: Packet<ChecklistDocument>
  document: ChecklistDocument
  state: InspectionState
  phase: Phase
  /** Register to the one value that stands in it. */
  values: Values
  /** Values at the last seal, while a returned record is reworked. */
  before: Values
  conflicts: ReadonlyMap<string, readonly Operation[]>
  shown: ReadonlySet<string>
  status: Status
  /** Worked out when asked for: a checklist under the thumb needs neither. */
  readonly results: Results
  readonly seal: SealStatus
  rows: OperationRow[]
  transfer: TransferRow | null
  /** Whether the record can still be written on this phone, by phase and team. */
  open: boolean
  /** Somebody else goes there now 撤换. */
  withdrawn: boolean
}

const WRITABLE: readonly string[] = ['assigned', 'on_site', 'returned']

export async function readInspection(db: FieldDatabase, id: string): Promise<Inspection | null> {
  const [row, packet, rows, transfer] = await Promise.all([
    db.inspections.get(id),
    db.packets.get(id),
    db.operations.where({ insp: id }).toArray(),
    db.transfers.get(id),
  ])
  return row && packet ? composeInspection({ row, packet, rows, transfer: transfer ?? null }) : null
}

/** What the device's tables hold of one inspection. */
export interface Stored {
  row: InspectionRow
  packet: PacketRow
  rows: OperationRow[]
  transfer: TransferRow | null
}

export function composeInspection({ row, packet: stored, rows, transfer }: Stored): Inspection {
  const brief = row.brief as Brief
  const packet = stored.packet as Packet<ChecklistDocument>
  const { document } = packet.checklist
  const state = foldRows(stored.sheet, rows)
  const values = valuesOf(state)
  const phase = phaseOf(brief, state)
  const lately = once(() => results(document, values))
  const sealing = once(() => sealStatus(state))
  return {
    brief,
    packet,
    document,
    state,
    phase,
    values,
    before: phase === 'returned' ? valuesBefore(state, rows) : {},
    conflicts: new Map(
      [...state.registers].filter(([, reg]) => inConflict(reg)).map(([name, reg]) => [name, reg.heads] as const),
    ),
    shown: visible(document, answersOf(values)),
    status: status(document, values),
    get results() {
      return lately()
    },
    get seal() {
      return sealing()
    },
    rows,
    transfer,
    open: WRITABLE.includes(phase) && !row.withdrawn,
    withdrawn: row.withdrawn ?? false,
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** The log decides up to the sign-off; publication is known to the server only. */
export function phaseOf(brief: Brief, state: InspectionState | null): Phase {
  return brief.state === 'published' || !state ? (brief.state as Phase) : state.phase
}

export function valuesOf(state: InspectionState): Values {
  const values: Record<string, Json> = {}
  for (const [name, register] of state.registers) {
    const value = valueOf(register)
    if (value !== null) values[name] = value
  }
  return values
}

// A seal never changes, and replaying a log up to it is dear.
const sealedValues = new WeakMap<Seal, Values>()

function valuesBefore(state: InspectionState, rows: readonly OperationRow[]): Values {
  const last = state.seals.at(-1)
  if (!last) return {}
  const known = sealedValues.get(last)
  if (known) return known
  const log = rows.filter((row) => row.pos > 0).sort((a, b) => a.pos - b.pos)
  const values = valuesOf(atCover(state.sheet, log.map(({ op, st, code }) => [op, { st, code }] as const), last.cover))
  sealedValues.set(last, values)
  return values
}

/** Whether this register may be written now: not after the seal, and after a return only what was reopened. */
export function isWritable({ state, open, conflicts }: Inspection, register: string): boolean {
  return open && (isOpen(register, openPoints(state), state.sheet.items) || conflicts.has(register))
}

/** The standing photos of a point, oldest first. */
export function photosOf(values: Values, point: string): { register: string; photo: PhotoValue }[] {
  return Object.entries(values)
    .filter(([register]) => register.startsWith(`photo/${point}/`))
    .map(([register, photo]) => ({ register, photo: photo as unknown as PhotoValue }))
    .sort((a, b) => (a.photo.at ?? '').localeCompare(b.photo.at ?? ''))
}

export interface PhotoValue {
  sha256: string
  size: number
  mime: string
  w: number | null
  h: number | null
  at: string | null
  lat: string | null
  lon: string | null
  acc: string | null
  off: number | null
  /** The photograph that this is a copy of, drawn on. */
  of?: string
  /** The untouched original, kept by choice. */
  orig?: string
}

/** The name of the person who wrote an operation, as the sheet's parties have it. */
export function authorOf(document: ChecklistDocument, op: Operation): string {
  return document.parties.find(({ person }) => person === op.usr)?.name ?? op.usr.slice(0, 8)
}
