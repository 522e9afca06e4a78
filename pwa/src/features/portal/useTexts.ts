/** What the portal's pages say while something loads or fails, and words of the vocabulary in the reader's language. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import type { LoadedTexts } from '../../ui/loaded'
import { failureOf } from './documents'

export function useTexts() {
  const { t, locale } = useI18n()
  const loadedTexts = computed<LoadedTexts>(() => ({
    loading: t('portal.loading'),
    retry: t('portal.retry'),
    explain: (error) => t(`portal.failure.${failureOf(error)}`),
  }))
  const copyTexts = computed(() => ({ copyText: t('portal.copy'), copiedText: t('portal.copied') }))
  const word = (words: Readonly<Record<string, readonly [string, string]>>, code: string): string =>
    words[code]?.[locale.value === 'en' ? 1 : 0] ?? code
  return { t, locale, loadedTexts, copyTexts, word }
}
