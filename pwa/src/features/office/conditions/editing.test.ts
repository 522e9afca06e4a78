import { describe, expect, it } from 'vitest'

import vectors from '../../../../../schemas/vectors/conditions.json'
import { type Answers, type Condition, evaluate, type Facts } from '../../../engine/conditions'
import { emptyGroup, emptyTest, type Group, isComplete, readGroup, writeGroup } from './editing'

describe('editing a condition', () => {
  it.each<[Condition]>([
    [null],
    [{ fact: 'kind', in: ['enterprise'] }],
    [{ not: { fact: 'tags', has: 'ebike' } }],
    [{ all: [{ fact: 'tags', has: 'a' }, { fact: 'tags', has: 'b' }] }],
    [{ any: [{ fact: 'risk', in: ['C', 'D'] }, { all: [{ fact: 'kind', in: ['x'] }, { answer: 'Q01.1', is: ['fail'] }] }] }],
    [{ answer: 'Q02.1', number: { min: '1', max: '5' } }],
    [{ fact: 'registered_on', on_or_before: '2025-12-31' }],
  ])('gives back what it read: %j', (condition) => {
    expect(writeGroup(readGroup(condition))).toEqual(condition)
  })

  it('never changes what a condition decides', () => {
    const cases = vectors.cases as unknown as { condition: Condition; facts: Facts; answers: Answers }[]
    // Empty lists and nothing inside a rule are refused before they are stored.
    const storable = cases.filter(({ condition }) => condition === null || !/null|\[\]/.test(JSON.stringify(condition)))
    expect(storable.length).toBeGreaterThan(20)
    for (const { condition, facts, answers } of storable) {
      const edited = writeGroup(readGroup(condition))
      expect(evaluate(edited, facts, answers), JSON.stringify(condition)).toBe(evaluate(condition, facts, answers))
    }
  })

  it('leaves empty groups out and says when a test is unfinished', () => {
    const test = emptyTest({ name: 'kind', label: '类型', kind: 'choice' })
    const group: Group = { ...emptyGroup(), parts: [test, emptyGroup('any')] }
    expect(isComplete(group)).toBe(false)
    test.values = ['enterprise']
    group.parts.pop()
    expect(isComplete(group)).toBe(true)
    expect(writeGroup(group)).toEqual({ fact: 'kind', in: ['enterprise'] })
    expect(writeGroup({ ...emptyGroup(), parts: [emptyGroup('any')] })).toBeNull()
  })
})
