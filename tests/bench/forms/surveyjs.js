// SurveyJS with its own Vue interface; `lazy` renders what is in sight first.
import 'survey-core/survey-core.css'

import { Model } from 'survey-core'
import { SurveyComponent } from 'survey-vue3-ui'
import { createApp, h } from 'vue'

import { begin, CHOICES, points, watchFor } from './questions.js'

watchFor('input[type=radio]')
begin()
const choices = CHOICES.map(([value, text]) => ({ value, text }))
const model = new Model({
  elements: points.flatMap(({ id, title }) => [
    { type: 'radiogroup', name: id, title, isRequired: true, choices },
    { type: 'text', name: `${id}r`, title: '情况说明', visibleIf: `{${id}} = 'fail'` },
  ]),
})
createApp({ render: () => h(SurveyComponent, { model }) }).mount('#app')
