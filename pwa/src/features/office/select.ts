/** Element Plus's select as a reader is told of it. */
import { ElSelect as Select } from 'element-plus'
import { nextTick } from 'vue'

/** Its list goes by the name of its field; the frame around the list would pass for a tooltip that nobody named. */
export const ElSelect = {
  ...Select,
  async mounted(this: { $el: HTMLElement }) {
    // Its field gets the id that the label names only now.
    await nextTick()
    const field = this.$el.querySelector<HTMLInputElement>('[role="combobox"]')
    const list = document.getElementById(field?.getAttribute('aria-controls') ?? '')
    if (!list) return
    list.closest('[role="tooltip"]')?.removeAttribute('role')
    // What scrolls is to be reached by keyboard; the arrow keys in the field scroll it, too.
    list.parentElement!.tabIndex = 0
    const label = field?.labels?.[0]
    if (!label) return
    label.id ||= `${list.id}-name`
    list.setAttribute('aria-labelledby', label.id)
  },
} as unknown as typeof Select
