/** Takes the last step back and says what came back, in the words of the checklist. */
import { useI18n } from 'vue-i18n'

import type { AnswerValue } from '../../../engine/checklist'
import type { Json } from '../../../sync-core'
import type { Inspection } from '../inspection'
import type { Recorder } from '../recorder'
import { showToast } from '../vant'
import { useWords } from '../words'

export function useUndone(inspection: () => Inspection | null, recorder: Recorder): () => Promise<void> {
  const { t, te } = useI18n()
  const { answer } = useWords()

  function said(register: string, value: Json): string {
    if (value === null) return t('field.undo.empty')
    const code = register.slice(4)
    const point = inspection()?.document.points.find((each) => each.code === code)
    if (register.startsWith('ans/') && point) return answer(point.answer, value as AnswerValue)
    return typeof value === 'string' ? value : t('field.undo.there')
  }

  function nameOf(register: string): string {
    const [family = '', code = ''] = register.split('/')
    return family === 'ans' ? code : `${te(`field.register.${family}`) ? t(`field.register.${family}`) : t('field.point.note')} ${code}`
  }

  return async () => {
    const back = await recorder.undo()
    if (!back) return
    const [only] = back
    const message = !only
      ? t('field.undo.overtaken')
      : back.length > 1
        ? t('field.undo.several', { count: back.length })
        : t('field.undo.one', { name: nameOf(only.register), before: said(only.register, only.before) })
    showToast({ message, wordBreak: 'break-word' })
  }
}
