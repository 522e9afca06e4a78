import { describe, expect, it } from 'vitest'

import vectors from '../../../schemas/vectors/checklists.json'
import manifest from '../../../schemas/vectors/manifest.json'
import {
  answersOf,
  results,
  status,
  validateAnswer,
  visible,
  type AnswerSpec,
  type ChecklistDocument,
  type CheckPoint,
  type Registers
} from './checklist'

const documents = vectors.documents as unknown as Record<string, ChecklistDocument>
const cases = vectors.cases.map((each) => ({
  ...each,
  document: documents[each.document]!,
  registers: each.registers as Registers
}))

describe('the vectors', () => {
  it('are as many as the manifest says', () => {
    expect({ cases: cases.length, answers: vectors.answers.length }).toEqual(manifest['checklists.json'])
  })

  it.each(cases)('visible: $name', ({ document, registers, visible: expected }) => {
    expect([...visible(document, answersOf(registers))].sort()).toEqual(expected)
  })

  it.each(cases)('status: $name', ({ document, registers, status: expected }) => {
    expect(status(document, registers)).toEqual(expected)
  })

  it.each(cases)('results: $name', ({ document, registers, results: expected }) => {
    expect(results(document, registers)).toEqual(expected)
  })

  it.each(vectors.answers)('validateAnswer: $answer.type $value', ({ answer, value, problem }) => {
    expect(validateAnswer({ answer: answer as AnswerSpec }, value)).toBe(problem)
  })
})

describe('a sheet of 500 points', () => {
  const first = documents.shop!.points[0]!
  const points = Array.from({ length: 500 }, (_, n): CheckPoint => {
    const visible_when = n % 2 ? { answer: `A.${n - 1}`, is: ['pass'] } : null
    return { ...first, code: `A.${n}`, item: `I${n % 15}`, visible_when }
  })
  const items = Array.from({ length: 15 }, (_, n) => {
    const own = points.filter((point) => point.item === `I${n}`).map((point) => point.code)
    return { ...documents.shop!.items[0]!, code: `I${n}`, points: own }
  })
  const document = { ...documents.shop!, items, points }
  const registers = Object.fromEntries(
    points.flatMap(({ code }): [string, unknown][] => [
      [`ans/${code}`, { r: 'pass' }],
      [`photo/${code}/p`, { size: 1 }]
    ])
  )

  it('is re-evaluated in less than 5 ms', () => {
    const times = Array.from({ length: 30 }, () => {
      const start = performance.now()
      expect(status(document, registers).percent).toBe(100)
      return performance.now() - start
    })
    // The median, because the machine that runs the tests has other work, too.
    expect(times.sort((a, b) => a - b)[15]).toBeLessThan(5)
  })
})
