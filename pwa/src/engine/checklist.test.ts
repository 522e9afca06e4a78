import { Session } from 'node:inspector/promises'

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

describe('a large sheet', () => {
  /** Points of which every second depends on the one before, in as many sections as a large sheet has. */
  function sheet(count: number): ChecklistDocument {
    const sections = count / 25
    const first = documents.shop!.points[0]!
    const points = Array.from({ length: count }, (_, n): CheckPoint => {
      const visible_when = n % 2 ? { answer: `A.${n - 1}`, is: ['pass'] } : null
      return { ...first, code: `A.${n}`, item: `I${n % sections}`, visible_when }
    })
    const items = Array.from({ length: sections }, (_, n) => {
      const own = points.filter((point) => point.item === `I${n}`).map((point) => point.code)
      return { ...documents.shop!.items[0]!, code: `I${n}`, points: own }
    })
    return { ...documents.shop!, items, points }
  }
  const filled = ({ points }: ChecklistDocument): Registers =>
    Object.fromEntries(
      points.flatMap(({ code }): [string, unknown][] => [
        [`ans/${code}`, { r: 'pass' }],
        [`photo/${code}/p`, { size: 1 }]
      ])
    )
  const failed = ({ points }: ChecklistDocument): Registers =>
    Object.fromEntries(points.map(({ code }, n) => [`ans/${code}`, { r: n % 2 ? 'fail' : 'pass' }]))

  // How long that takes belongs to the benchmarks; here each call within the engine is counted, whatever else the machine does.
  it.each([
    ['filled', filled],
    ['empty', () => ({})],
    ['failed', failed]
  ])('costs twice the work when it is twice as large, %s', async (_, registersOf) => {
    const work = async (count: number): Promise<number> => {
      const document = sheet(count)
      const registers = registersOf(document)
      return stepsOf(() => [status(document, registers), results(document, registers)])
    }
    const [small, large] = [await work(250), await work(500)]
    expect(small).toBeGreaterThan(250)
    expect(large / small).toBeLessThan(2.1)
  })
})

/** How often functions of the engine were called, the ones it hands to filter and reduce among them. */
async function stepsOf(work: () => unknown): Promise<number> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  return result
    .filter(({ url }) => /engine\/(checklist|conditions)\.ts$/.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0)
}
