/** A rule of the condition language in words, for people who approve it. */
import type { Condition, Limits } from '../../../engine/conditions'

export interface RuleWords {
  /** A connecting text with its parts, e.g. `within` with {fact, values}. */
  phrase: (name: string, parts: Record<string, string>) => string
  fact: (code: string) => string
  value: (fact: string, code: string) => string
}

/** The rule as one sentence; inner lists stand in brackets where reading would be ambiguous. */
export function conditionText(condition: Condition, words: RuleWords, inner = false): string {
  const { phrase } = words
  if (condition === null) return phrase('always', {})
  if ('all' in condition) return joined(condition.all, 'and', words, inner)
  if ('any' in condition) return joined(condition.any, 'or', words, inner)
  if ('not' in condition) return phrase('not', { rule: conditionText(condition.not, words, true) })
  if ('answer' in condition) return answerText(condition, words)
  const fact = words.fact(condition.fact)
  const list = (codes: string[]): string =>
    codes.map((code) => words.value(condition.fact, code)).join(phrase('or', {}))
  if ('in' in condition) return phrase('within', { fact, values: list(condition.in) })
  if ('has' in condition) return phrase('has', { fact, values: list([condition.has]) })
  if ('has_any' in condition) return phrase('has', { fact, values: list(condition.has_any) })
  if ('on_or_before' in condition) return phrase('before', { fact, day: condition.on_or_before })
  return phrase('after', { fact, day: condition.on_or_after })
}

function answerText(condition: { answer: string; is: string[] } | { answer: string; number: Limits }, words: RuleWords): string {
  const { phrase, value } = words
  const fact = words.fact(condition.answer)
  if ('is' in condition) {
    return phrase('within', { fact, values: condition.is.map((code) => value(condition.answer, code)).join(phrase('or', {})) })
  }
  const { min, max } = condition.number
  if (min !== undefined && max !== undefined) return phrase('between', { fact, min, max })
  return min === undefined ? phrase('atMost', { fact, max: max ?? '' }) : phrase('atLeast', { fact, min })
}

function joined(parts: Condition[], by: 'and' | 'or', words: RuleWords, inner: boolean): string {
  const text = parts.map((part) => conditionText(part, words, true)).join(words.phrase(by === 'and' ? 'and' : 'orElse', {}))
  return inner && parts.length > 1 ? words.phrase('brackets', { text }) : text
}
