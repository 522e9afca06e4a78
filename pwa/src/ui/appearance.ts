/** The person's choice of colours, contrast and size of text on this device; public/appearance.js puts it on. */
import { ref, watch, type Ref } from 'vue'

export interface Appearance {
  theme: 'auto' | 'light' | 'dark'
  contrast: 'auto' | 'normal' | 'high'
  text: 'normal' | 'large'
}

const STORED = 'suicha.appearance'
const PLAIN: Appearance = { theme: 'auto', contrast: 'auto', text: 'normal' }

export function useAppearance(): Ref<Appearance> {
  const chosen = ref<Appearance>({ ...PLAIN, ...read() })
  watch(
    chosen,
    (now) => {
      localStorage.setItem(STORED, JSON.stringify(now))
      dispatchEvent(new Event('suicha:appearance'))
    },
    { deep: true },
  )
  return chosen
}

function read(): Partial<Appearance> {
  try {
    return (JSON.parse(localStorage.getItem(STORED) ?? '{}') ?? {}) as Partial<Appearance>
  } catch {
    return {}
  }
}
