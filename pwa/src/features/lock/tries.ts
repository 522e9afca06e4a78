/** Trying a PIN: what to say of a wrong one, and how long the next has to wait. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { useLock } from '../../access/lock'
import { FREE_TRIES, PinWait, WrongPin } from '../../device/vault'

export interface Tries {
  trouble: ComputedRef<string>
  /** Seconds until the next try counts. */
  waiting: Readonly<Ref<number>>
  /** Takes up a wait that was going on before the page was opened. */
  look(): Promise<void>
  /** Whether it was right. */
  attempt(run: () => Promise<unknown>): Promise<boolean>
  stop(): void
}

export function useTries(): Tries {
  const { t } = useI18n()
  const lock = useLock()
  const waiting = ref(0)
  const said = ref('')
  let timer: ReturnType<typeof setInterval> | undefined

  async function look(): Promise<void> {
    const { wrong, until } = await lock.tries()
    wait(until)
    if (wrong && !until) said.value = wrong < FREE_TRIES ? t('lock.wrongLeft', { left: FREE_TRIES - wrong }) : t('lock.wrong')
  }

  function wait(until: number): void {
    clearInterval(timer)
    const count = (): void => {
      waiting.value = Math.max(0, Math.ceil((until - Date.now()) / 1000))
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
  const trouble = computed(() => (waiting.value ? t('lock.wait', { time: minutes(waiting.value) }) : said.value))
  return { trouble, waiting, look, attempt, stop: () => clearInterval(timer) }
}
