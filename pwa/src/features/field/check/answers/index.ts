/** Answer type to component. */
import type { Component } from 'vue'

import type { AnswerSpec } from '../../../../engine/checklist'
import ChoiceForm from './ChoiceForm.vue'
import DateForm from './DateForm.vue'
import NumberForm from './NumberForm.vue'
import TextForm from './TextForm.vue'
import VerdictForm from './VerdictForm.vue'

export const FORMS: Record<AnswerSpec['type'], Component> = {
  verdict: VerdictForm,
  number: NumberForm,
  text: TextForm,
  choice: ChoiceForm,
  multi: ChoiceForm,
  date: DateForm,
}
