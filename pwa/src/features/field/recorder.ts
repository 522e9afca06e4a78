/** Writing one register of a record, and the little mark that says where the last edit stands. */
import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { localTime, NotOpen, record, type NewFile } from '../../device/records'
import { canonical, inConflict, type InspectionState, type Json, type Kind } from '../../sync-core'
import { useField } from './store'
import { showToast } from './vant'

export type SaveMark = 'idle' | 'saving' | 'saved' | 'failed'

export interface Recorder {
  mark: Readonly<Ref<SaveMark>>
  /** Writes a value, null to clear; true once it is on disk. A failure has been shown to the person. */
  set(register: string, value: Json, files?: NewFile[]): Promise<boolean>
  /** Writes what the record as it stands at that moment calls for. */
  write(edit: (state: InspectionState) => Change | null, files?: NewFile[]): Promise<boolean>
}

export interface Change {
  kind: Kind
  register?: string
  value?: Json
}

export function useRecorder(insp: string): Recorder {
  const field = useField()
  const { t } = useI18n()
  const mark = ref<SaveMark>('idle')
  let under = 0

  async function write(edit: (state: InspectionState) => Change | null, files: NewFile[] = []): Promise<boolean> {
    under += 1
    mark.value = 'saving'
    try {
      const off = await field.skew()
      await record(field.db, { insp, author: field.author(), at: localTime(), off, edit, files })
      under -= 1
      if (!under) mark.value = 'saved'
      field.nudge()
      return true
    } catch (error) {
      under -= 1
      mark.value = 'failed'
      showToast({ message: t(reasonOf(error)), duration: 5000, wordBreak: 'break-word' })
      if (!(error instanceof NotOpen)) console.error(error)
      return false
    }
  }

  return {
    mark,
    write,
    set: (register, value, files) =>
      write((state) => (isSame(state, register, value) ? null : { kind: 'set', register, value }), files),
  }
}

/** Writing what stands there already would only void signatures. */
function isSame(state: InspectionState, register: string, value: Json): boolean {
  const present = state.registers.get(register)
  if (!present?.heads.length) return value === null
  return !inConflict(present) && canonical(present.heads[0]!.val) === canonical(value)
}

function reasonOf(error: unknown): string {
  if (error instanceof NotOpen) return 'field.save.closed'
  const name = error instanceof Error ? `${error.name} ${error.message}` : ''
  return /quota/i.test(name) ? 'field.save.full' : 'field.save.failed'
}
