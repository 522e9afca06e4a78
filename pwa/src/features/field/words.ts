/** Codes, times and sizes in the reader's language. */
import { useI18n } from 'vue-i18n'

import type { AnswerSpec, AnswerValue } from '../../engine/checklist'
import { verdictWords, type Verdict } from '../../contracts/vocabulary'

type Words = Record<string, [zh: string, en: string]>

export interface Speaker {
  word(words: Words, code: string | null | undefined): string
  /** The Chinese or the English one of two texts; Chinese where English is missing. */
  either(zh: string, en?: string | null): string
  answer(spec: AnswerSpec, value: AnswerValue | null | undefined): string
  moment(iso: string): string
}

export function useWords(): Speaker {
  const { locale } = useI18n({ useScope: 'global' })
  const either = (zh: string, en?: string | null): string => (locale.value === 'en' && en ? en : zh)
  const word = (words: Words, code: string | null | undefined): string => {
    const pair = code ? words[code] : undefined
    return pair ? either(...pair) : (code ?? '')
  }
  return {
    word,
    either,
    answer(spec, value) {
      if (!value) return '—'
      const why = value.why ? `（${value.why}）` : ''
      if (spec.type === 'verdict') return word(verdictWords, value.r as Verdict) + why
      if (spec.type === 'number') return `${value.n} ${spec.unit}`
      if (spec.type === 'text') return value.t ?? ''
      if (spec.type === 'date') return value.d ?? ''
      const chosen = spec.type === 'multi' ? (value.m ?? []) : [value.c]
      return spec.options
        .filter(({ code }) => chosen.includes(code))
        .map(({ label, label_en }) => either(label, label_en))
        .join('、')
    },
    moment: (iso) =>
      new Intl.DateTimeFormat(locale.value === 'en' ? 'en-GB' : 'zh-CN', {
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        hour12: false,
      }).format(new Date(iso)),
  }
}

export function kibibytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`
}
