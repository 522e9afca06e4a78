/** The words that every card of a checklist uses, looked up once for all of them. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { verdictWords, type Verdict } from '../../../contracts/vocabulary'
import type { Missing } from '../../../engine/checklist'
import type { Speaker } from '../words'
import type { Labels } from './points'

const VERDICTS: Verdict[] = ['pass', 'fail', 'na', 'unchecked']
const KINDS: Missing['kind'][] = ['answer', 'note', 'photo', 'why']

export function useLabels({ word }: Speaker): ComputedRef<Labels> {
  const { t } = useI18n({ useScope: 'global' })
  return computed(() => ({
    optional: t('field.point.optional'),
    done: t('field.point.done'),
    guidance: t('field.point.guidance'),
    note: t('field.point.note'),
    photo: t('field.photo.title'),
    basis: t('field.task.basis'),
    answer: t('field.point.answer'),
    missing: Object.fromEntries(KINDS.map((kind) => [kind, t(`field.missing.${kind}`)])) as Labels['missing'],
    verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, word(verdictWords, verdict)])) as Labels['verdicts'],
  }))
}
