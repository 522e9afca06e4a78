/** Why something did not work, in a sentence for whoever stands in front of the door. */
import { useI18n } from 'vue-i18n'

import { NoAnswer, ProblemError } from '../../api/client'

/** `offline`: what to say where the server does not answer. */
export function useExplain(offline: string): (error: unknown) => string {
  const { t } = useI18n()
  return (error) => {
    if (error instanceof NoAnswer) return t(offline)
    if (!(error instanceof ProblemError)) return t('lock.broken', { why: error instanceof Error ? error.message : String(error) })
    const { title, detail } = error
    return detail === title ? title : t('lock.problem', { title, detail })
  }
}
