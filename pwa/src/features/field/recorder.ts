/** Writing one register of a record, taking edits back, and the little mark that says where the last edit stands. */
import { computed, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { useLock } from '../../access/lock'
import { useSession } from '../../access/session'
import { localTime, NotOpen, record, recordAll, type NewFile, type RecordEdit } from '../../device/records'
import { canonical, inConflict, valueOf, type InspectionState, type Json, type Kind } from '../../sync-core'
import { drafts } from './draft'
import { painted } from './painted'
import { useField } from './store'
import { stepsOf, type Change, type Step } from './undo'
import { showToast } from './vant'

export type SaveMark = 'idle' | 'saving' | 'saved' | 'failed'

export interface Recorder {
  mark: Readonly<Ref<SaveMark>>
  /** How many of this visit's own edits can be taken back. */
  undoable: ComputedRef<number>
  /**
   * Writes a value, null to clear; true once it is on disk. A failure has been shown to the person; the value stays on
   * the screen and goes along with the next write, and until then the mark does not say saved.
   */
  set(register: string, value: Json, files?: NewFile[]): Promise<boolean>
  /** Writes several, all or none, as one step to take back; what was written, or null when nothing could be. */
  setAll(values: readonly [register: string, value: Json][]): Promise<Change[] | null>
  /** Says that the screen no longer shows what could not be written there. */
  takenBack(register: string): void
  /** Writes what the record as it stands at that moment calls for. */
  write(edit: (state: InspectionState) => Written | null, files?: NewFile[]): Promise<boolean>
  /** Writes what stood before the last step, as new operations; the changes that it could take back. */
  undo(): Promise<Change[] | null>
}

export interface Written {
  kind: Kind
  register?: string
  value?: Json
}

export function useRecorder(insp: string): Recorder {
  const field = useField()
  const lock = useLock()
  const session = useSession()
  const { t } = useI18n()
  const mark = ref<SaveMark>('idle')
  // What is still under the pen is not saved, whatever was written before it.
  const shown = computed(() => (drafts.value && mark.value !== 'failed' ? 'saving' : mark.value))
  const steps = stepsOf(insp)
  /** What stands on the screen and not on disk. */
  const unwritten = new Map<string, Json>()
  let under = 0

  /** Runs one transaction and shows where it stands; the phone locks only when this is over. */
  function keep(run: (by: Pick<RecordEdit, 'insp' | 'author' | 'at' | 'off'>) => Promise<unknown>): Promise<boolean> {
    return lock.during(attempt(run))
  }

  async function attempt(run: Parameters<typeof keep>[0]): Promise<boolean> {
    under += 1
    mark.value = 'saving'
    try {
      if (session.lease === 'expired') throw new LeaseOver()
      await painted()
      const off = await field.skew()
      await run({ insp, author: field.author(), at: localTime(), off })
      under -= 1
      if (!under) mark.value = unwritten.size ? 'failed' : 'saved'
      field.nudge()
      return true
    } catch (error) {
      under -= 1
      mark.value = 'failed'
      showToast({ message: t(reasonOf(error)), duration: 5000, wordBreak: 'break-word' })
      if (!(error instanceof NotOpen || error instanceof LeaseOver)) console.error(error)
      return false
    }
  }

  function write(edit: (state: InspectionState) => Written | null, files: NewFile[] = []): Promise<boolean> {
    return keep((by) => record(field.db, { ...by, edit, files }))
  }

  /** Null where nothing had to be written, or a choice between two values was made, which cannot be unmade. */
  async function change(register: string, value: Json, files?: NewFile[]): Promise<Change | null | false> {
    const made: Change[] = []
    const done = await write((state) => {
      if (isSame(state, register, value)) return null
      const present = state.registers.get(register)
      if (!present || !inConflict(present)) made.push({ register, before: standing(state, register), after: value })
      return { kind: 'set', register, value }
    }, files)
    return done && (made[0] ?? null)
  }

  async function set(register: string, value: Json, files?: NewFile[]): Promise<boolean> {
    unwritten.delete(register)
    const made = await change(register, value, files)
    if (made) steps.push([made])
    // A picture that could not be kept offers itself anew.
    if (made === false && !files) unwritten.set(register, value)
    if (made !== false) void writeRest()
    return made !== false
  }

  async function writeRest(): Promise<void> {
    for (const [register, value] of unwritten) if (!(await set(register, value))) return
  }
  onScopeDispose(() => void writeRest())

  async function setAll(values: readonly [register: string, value: Json][]): Promise<Change[] | null> {
    let step: Step = []
    const done = await keep((by) =>
      recordAll(field.db, {
        ...by,
        edit: (state) => {
          const changed = values.filter(([register, value]) => !isSame(state, register, value))
          step = changed.map(([register, after]) => ({ register, before: standing(state, register), after }))
          return changed.map(([register, value]) => ({ kind: 'set', register, value }))
        },
      }),
    )
    if (done && step.length) steps.push(step)
    if (done) void writeRest()
    return done ? step : null
  }

  async function undo(): Promise<Change[] | null> {
    const step = steps.pop()
    if (!step) return null
    let back: Change[] = []
    const done = await keep((by) =>
      recordAll(field.db, {
        ...by,
        edit: (state) => {
          // Somebody has written on since: theirs stays.
          back = step.filter(({ register, after }) => isSame(state, register, after))
          return back.map(({ register, before }) => ({ kind: 'set', register, value: before }))
        },
      }),
    )
    if (done) return back
    steps.push(step)
    return null
  }

  const takenBack = (register: string): unknown => unwritten.delete(register)

  return { mark: shown, undoable: computed(() => steps.count.value), write, set, setAll, takenBack, undo }
}

function standing(state: InspectionState, register: string): Json {
  const present = state.registers.get(register)
  return present ? valueOf(present) : null
}

/** Writing what stands there already would only void signatures. */
function isSame(state: InspectionState, register: string, value: Json): boolean {
  const present = state.registers.get(register)
  if (!present?.heads.length) return value === null
  return !inConflict(present) && canonical(present.heads[0]!.val) === canonical(value)
}

/** The phone has been without the server for too long. */
class LeaseOver extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof LeaseOver) return 'field.start.expired'
  if (error instanceof NotOpen) return 'field.save.closed'
  const name = error instanceof Error ? `${error.name} ${error.message}` : ''
  return /quota/i.test(name) ? 'field.save.full' : 'field.save.failed'
}
