/** What every page of the desk needs: who is here, calls in their name, words, and how a refusal is explained. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { useSession } from '../../access/session'
import { NoAnswer, ProblemError } from '../../api/client'
import type { LoadedTexts } from '../../ui/loaded'

export function useOffice() {
  const session = useSession()
  const { t, te, tm, locale } = useI18n()

  /** The server's own words where it gave some: they name the case. */
  function explain(error: unknown): string {
    if (error instanceof ProblemError) {
      return error.detail === error.title ? error.title : `${error.title}：${error.detail}`
    }
    if (error instanceof NoAnswer) return t('office.unreachable')
    throw error
  }

  const loadedTexts = computed<LoadedTexts>(() => ({ loading: t('office.loading'), retry: t('office.retry'), explain }))
  const copyTexts = computed(() => ({ copyText: t('office.copy'), copiedText: t('office.copied') }))
  const word = (words: Record<string, [string, string]>, code: string): string =>
    words[code]?.[locale.value === 'en' ? 1 : 0] ?? code
  /** The text of an open code such as a tag; the code itself where there is no word for it. */
  const named = (group: string, code: string): string =>
    te(`office.${group}.${code}`, 'zh') ? t(`office.${group}.${code}`) : code

  /** Every open code of a group that has a text. */
  const codes = (group: string): string[] => Object.keys((tm(`office.${group}`) as Record<string, string>) ?? {})

  return { session, api: session.api, t, locale, explain, loadedTexts, copyTexts, word, named, codes }
}
