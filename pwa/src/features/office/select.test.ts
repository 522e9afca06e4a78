// @vitest-environment happy-dom
import { ElOption } from 'element-plus'
import { createApp, nextTick, ref } from 'vue'
import { expect, it } from 'vitest'

import { ElSelect } from './select'

it('gives its list the name of its field, and leaves nothing that calls itself a tooltip', async () => {
  const app = createApp({
    components: { ElOption, ElSelect },
    setup: () => ({ chosen: ref([]) }),
    template: `
      <label for="items">抽查事项</label>
      <ElSelect id="items" v-model="chosen" multiple filterable><ElOption value="Q01" label="登记" /></ElSelect>
      <ElSelect v-model="chosen" multiple aria-label="取值"><ElOption value="Q02" label="公示" /></ElSelect>`,
  })
  app.mount(document.body.appendChild(document.createElement('div')))
  await nextTick()
  await nextTick()
  const lists = [...document.querySelectorAll('[role="listbox"]')]
  const names = lists.map((list) => list.getAttribute('aria-label') ?? document.getElementById(list.getAttribute('aria-labelledby')!)?.textContent)
  expect(names).toEqual(['抽查事项', '取值'])
  expect(document.querySelectorAll('[role="tooltip"]')).toHaveLength(0)
  app.unmount()
})
