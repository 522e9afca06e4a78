/** Trying a PIN: what to say of a wrong one, and how long the next has to wait. */
import { computed, ref, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { useLock } from '../../access/lock'
import { FREE_TRIES, PinWait, WrongPin } from '../../device/vault'

export interface Tries {
  trouble: ComputedRef<string>
  /** How long the next try has to wait, in words; empty when it need not. */
  wait: ComputedRef<string>
  /** Takes up a wait that was going on before the page was opened. */
  look(): Promise<void>
  /** Whether it was right. */
  attempt(run: () => Promise<unknown>): Promise<boolean>
  stop(): void
}

export function useTries(): Tries {
  const { t } = useI18n()
  const lock = useLock()
  /** In seconds. */
  const waiting = ref(0)
  const said = ref('')
  let timer: ReturnType<typeof setInterval> | undefined

  async function look(): Promise<void> {
    const { wrong, left } = await lock.tries()
    begin(left)
    if (wrong) said.value = wrong < FREE_TRIES ? t('lock.wrongLeft', { left: FREE_TRIES - wrong }) : t('lock.wrongAgain')
  }

  function begin(left: number): void {
    clearInterval(timer)
    const until = performance.now() + left
    const count = (): void => {
      waiting.value = Math.max(0, Math.ceil((until - performance.now()) / 1000))
      if (!waiting.value) clearInterval(timer)
    }
    count()
    if (waiting.value) timer = setInterval(count, 500)
  }

  async function attempt(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run()
      said.value = ''
      return true
    } catch (error) {
      if (error instanceof WrongPin || error instanceof PinWait) await look()
      else said.value = t('lock.broken', { why: error instanceof Error ? error.message : String(error) })
      return false
    }
  }

  const minutes = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const trouble = computed(() => (waiting.value ? t('lock.wait') : said.value))
  const wait = computed(() => (waiting.value ? t('lock.waitLeft', { time: minutes(waiting.value) }) : ''))
  return { trouble, wait, look, attempt, stop: () => clearInterval(timer) }
}
