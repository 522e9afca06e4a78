// The limit: a list of fieldsets in bare Vue, that knows nothing, checks nothing and keeps nothing.
import './plain.css'

import { createApp, defineComponent, h, reactive } from 'vue'

import { begin, CHOICES, points, watchFor } from './questions.js'

watchFor('input[type=radio]')
begin()
const given = reactive({})
const Point = defineComponent({
  props: ['point'],
  setup: ({ point }) => () => {
    const value = given[point.id]
    return h('fieldset', [
      h('legend', point.title),
      ...CHOICES.map(([code, word]) =>
        h('label', [
          h('input', { type: 'radio', name: point.id, checked: value === code, onChange: () => (given[point.id] = code) }),
          word,
        ]),
      ),
      value === 'fail' ? h('label', ['情况说明', h('input', { onInput: (event) => (given[`${point.id}r`] = event.target.value) })]) : null,
    ])
  },
})
createApp({ render: () => points.map((point) => h(Point, { point, key: point.id })) }).mount('#app')
