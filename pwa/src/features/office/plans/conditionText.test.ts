import { describe, expect, it } from 'vitest'

import { conditionText, readCondition, type RuleWords } from './conditionText'

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

  it('says that no rule takes everything', () => {
    expect(conditionText(null, words)).toBe('全部')
  })
})

describe('readCondition', () => {
  it.each([
    ['null', null],
    ['{"fact":"kind","in":["a"]}', { fact: 'kind', in: ['a'] }],
    ['{"all":[]}', { all: [] }],
    ['{', undefined],
    ['3', undefined],
    ['{"all":[],"any":[]}', undefined],
    ['{"some":[]}', undefined],
  ])('%s', (text, condition) => {
    expect(readCondition(text)).toEqual(condition)
  })
})
