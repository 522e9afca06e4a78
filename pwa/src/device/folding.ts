/**
 * The fold of an inspection's log, kept from one reading to the next: one more edit costs one more step, not the whole
 * log again. What is kept is only reused where it is exactly the beginning of what is read now.
 */
import { apply, checkOperation, overlay, step, type InspectionState, type LogLine, type Operation, type Sheet } from '../sync-core'
import type { OperationRow } from './database'

interface Fold {
  sheet: string
  placed: readonly string[]
  log: InspectionState
  loose: ReadonlySet<string>
  /** The last loose operation in the order of causes. */
  last: Operation | null
  view: InspectionState
}

// As many as a list of tasks shows, and little enough to hold.
const KEPT = 64
const kept = new Map<string, Fold>()

/** The state that the server's log and the unplaced operations make together. */
export function foldRows(sheet: Sheet, rows: readonly OperationRow[]): InspectionState {
  const before = kept.get(sheet.inspection)
  const known = before?.sheet === sheet.checklist ? before : null
  const placedRows = rows.filter((row) => row.pos > 0).sort((a, b) => a.pos - b.pos)
  const looseRows = rows.filter((row) => row.pos === 0)
  const placed = placedRows.map(textOf)
  const log =
    known && beginsWith(placed, known.placed)
      ? goOn(known.log, placedRows.slice(known.placed.length))
      : apply(sheet, placedRows.map(lineOf))
  const loose = new Map(looseRows.map((row) => [textOf(row), row.op]))
  const fresh = known && log === known.log ? newcomers(known, loose) : null
  const view = overlay(fresh ? known!.view : log, loose.values())
  const last = [...(fresh ?? loose.values())].reduce(later, fresh ? known!.last : null)
  kept.delete(sheet.inspection)
  kept.set(sheet.inspection, { sheet: sheet.checklist, placed, log, loose: new Set(loose.keys()), last, view })
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
  return view
}

/** Lets go of everything that was read: nobody is at work on this device now. */
export function forgetFolds(): void {
  kept.clear()
}

function goOn(state: InspectionState, rows: readonly OperationRow[]): InspectionState {
  return rows.map(lineOf).reduce((now, [op, status]) => step(now, op, status), state)
}

/** The loose operations not folded yet, where all of them come after those that are; null where one comes between. */
function newcomers(known: Fold, loose: ReadonlyMap<string, Operation>): Operation[] | null {
  for (const text of known.loose) if (!loose.has(text)) return null
  const fresh = [...loose].filter(([text]) => !known.loose.has(text)).map(([, op]) => op)
  return fresh.every((op) => !known.last || later(known.last, op) === op) ? fresh : null
}

/** Of two the one that `overlay` takes later. */
function later(a: Operation | null, b: Operation): Operation {
  if (!a) return b
  const [one, two] = [rankOf(a), rankOf(b)]
  return one !== two ? (one > two ? a : b) : a.rep > b.rep || (a.rep === b.rep && a.seq > b.seq) ? a : b
}

function rankOf(op: Operation): number {
  return checkOperation(op) === '' ? op.lam : 0
}

function beginsWith(texts: readonly string[], beginning: readonly string[]): boolean {
  return beginning.length <= texts.length && beginning.every((text, index) => text === texts[index])
}

function textOf({ op, st, code }: OperationRow): string {
  return `${st} ${code} ${JSON.stringify(op)}`
}

function lineOf({ op, st, code }: OperationRow): LogLine {
  return [op, { st, code }]
}
