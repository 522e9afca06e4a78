import { describe, expect, it } from 'vitest'

import vectors from '../../../schemas/vectors/conditions.json'
import manifest from '../../../schemas/vectors/manifest.json'
import { evaluate, type Condition } from './conditions'

describe('evaluate', () => {
  it('has as many vectors as the manifest says', () => {
    expect(vectors.cases).toHaveLength(manifest['conditions.json'].cases)
  })

  it.each(vectors.cases)('$name', ({ condition, facts, answers, expect: expected }) => {
    expect(evaluate(condition as Condition, facts, answers as Record<string, unknown>)).toBe(expected)
  })

  it.each([{}, { nor: [] }, { fact: 'kind' }, { answer: 'V', like: 'x' }])('throws on what is no rule: %j', (rule) => {
    expect(() => evaluate(rule as unknown as Condition, {}, {})).toThrow()
  })
})
