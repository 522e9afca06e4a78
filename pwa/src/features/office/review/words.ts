/** Registers, values and clocks of a record in the reader's language. */
import { useI18n } from 'vue-i18n'

import { outcomeWords, resultWords, verdictWords } from '../../../contracts/vocabulary'
import type { AnswerSpec, AnswerValue, ChecklistDocument } from '../../../engine/checklist'
import { pointOf } from './sheet'

type Words = Record<string, [zh: string, en: string]>

export interface Speaker {
  word(words: Words, code: string | null | undefined): string
  /** The Chinese or the English one of two texts; Chinese where English is missing. */
  either(zh: string, en?: string | null): string
  answer(spec: AnswerSpec, value: AnswerValue | null | undefined): string
  /** What a register is about, e.g. "Q01.3 答案". */
  register(reg: string): string
  value(document: ChecklistDocument, reg: string, value: unknown): string
  /** How far a device's clock is off, from its skew in ms. */
  skew(off: number | null): string
}

const AGREES_WITHIN_MS = 5000

export function useWords(): Speaker {
  const { t, locale } = useI18n({ useScope: 'global' })
  const either = (zh: string, en?: string | null): string => (locale.value === 'en' && en ? en : zh)
  const word = (words: Words, code: string | null | undefined): string => {
    const pair = code ? words[code] : undefined
    return pair ? either(...pair) : (code ?? '')
  }
  const reason = (why: string | undefined): string => (why ? t('office.review.because', { why }) : '')

  function answer(spec: AnswerSpec, value: AnswerValue | null | undefined): string {
    if (!value) return t('office.review.unanswered')
    if (spec.type === 'verdict') return word(verdictWords, value.r) + reason(value.why)
    if (spec.type === 'number') return `${value.n} ${spec.unit}`
    if (spec.type === 'text') return value.t ?? ''
    if (spec.type === 'date') return value.d ?? ''
    const chosen = spec.type === 'multi' ? (value.m ?? []) : [value.c]
    return spec.options
      .filter(({ code }) => chosen.includes(code))
      .map(({ label, label_en }) => either(label, label_en))
      .join(t('office.review.and'))
  }

  function value(document: ChecklistDocument, reg: string, given: unknown): string {
    if (given == null) return t('office.review.none')
    if (typeof given === 'string') return reg.startsWith('result/') ? word(resultWords, given) : given
    const family = reg.split('/')[0]
    const read = given as Record<string, string | undefined>
    if (family === 'ans') {
      const spec = document.points.find(({ code }) => code === pointOf(reg))?.answer
      if (spec) return answer(spec, given as AnswerValue)
    }
    if (family === 'photo') return t('office.review.photoOf', { size: kibibytes(Number(read.size)) })
    if (family === 'outcome') return word(outcomeWords, read.code) + reason(read.why)
    if (family === 'place') return read.lat ? `${read.lat}, ${read.lon}` : t('office.review.photo.nowhere')
    return read.name ?? JSON.stringify(given)
  }

  function register(reg: string): string {
    const [family = '', name = ''] = reg.split('/')
    const known = ['ans', 'note', 'photo', 'result', 'outcome', 'remark', 'place', 'sign'].includes(family)
    const about = known ? t(`office.review.register.${family}`) : reg
    return pointOf(reg) || family === 'result' ? `${name} ${about}` : about
  }

  function skew(off: number | null): string {
    if (off === null) return t('office.review.skew.unknown')
    if (Math.abs(off) < AGREES_WITHIN_MS) return t('office.review.skew.none')
    return t(off > 0 ? 'office.review.skew.fast' : 'office.review.skew.slow', { span: span(Math.abs(off) / 1000) })
  }

  function span(seconds: number): string {
    const units: [string, number][] = [['days', 86_400], ['hours', 3600], ['minutes', 60]]
    const [unit, size] = units.find(([, each]) => seconds >= 2 * each) ?? ['seconds', 1]
    return t(`office.review.skew.${unit}`, { n: Math.round(seconds / size) })
  }

  return { word, either, answer, register, value, skew }
}

export function kibibytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`
}
