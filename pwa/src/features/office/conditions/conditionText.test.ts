import { describe, expect, it } from 'vitest'

import { conditionText, type RuleWords } from './conditionText'

const words: RuleWords = {
  phrase: (name, parts) =>
    ({
      and: '，且',
      or: '或',
      orElse: '，或',
      always: '全部',
      not: `不满足“${parts.rule}”`,
      brackets: `（${parts.text}）`,
      within: `${parts.fact}为${parts.values}`,
      has: `${parts.fact}含${parts.values}`,
      before: `${parts.fact}不晚于${parts.day}`,
      after: `${parts.fact}不早于${parts.day}`,
      between: `${parts.fact}在${parts.min}与${parts.max}之间`,
      atLeast: `${parts.fact}不小于${parts.min}`,
      atMost: `${parts.fact}不大于${parts.max}`,
    })[name] ?? name,
  fact: (code) => code,
  value: (_fact, code) => code.toUpperCase(),
}

describe('conditionText', () => {
  it('reads as a sentence with brackets around inner lists', () => {
    const rule = {
      all: [
        { fact: 'kind', in: ['a', 'b'] },
        { any: [{ fact: 'tags', has: 'c' }, { fact: 'on', on_or_before: '2020-12-31' }] },
        { not: { fact: 'tags', has_any: ['d', 'e'] } },
      ],
    }
    expect(conditionText(rule, words)).toBe('kind为A或B，且（tags含C，或on不晚于2020-12-31），且不满足“tags含D或E”')
  })

  it.each([
    [{ answer: 'Q1', is: ['a'] }, 'Q1为A'],
    [{ answer: 'Q1', number: { min: '1' } }, 'Q1不小于1'],
    [{ answer: 'Q1', number: { max: '9' } }, 'Q1不大于9'],
    [{ answer: 'Q1', number: { min: '1', max: '9' } }, 'Q1在1与9之间'],
  ])('reads what an earlier answer must be: %j', (rule, text) => {
    expect(conditionText(rule, words)).toBe(text)
  })

  it('says that no rule takes everything', () => {
    expect(conditionText(null, words)).toBe('全部')
  })
})
