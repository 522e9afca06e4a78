import { beforeEach, describe, expect, it } from 'vitest'

import { forgetSteps, stepsOf } from './undo'

beforeEach(forgetSteps)

describe('steps', () => {
  it('takes a typed sentence back as one, and each tap alone', () => {
    const steps = stepsOf('i')
    steps.push([{ register: 'ans/1', before: null, after: { r: 'pass', why: '' } }])
    steps.push([{ register: 'ans/1', before: { r: 'pass', why: '' }, after: { r: 'na', why: '' } }])
    steps.push([{ register: 'ans/1', before: { r: 'na', why: '' }, after: { r: 'na', why: '无此设施' } }])
    steps.push([{ register: 'note/1', before: null, after: '门' }])
    steps.push([{ register: 'note/1', before: '门', after: '门口' }])
    expect(steps.count.value).toBe(3)
    expect(steps.pop()).toEqual([{ register: 'note/1', before: null, after: '门口' }])
    expect(steps.pop()).toEqual([{ register: 'ans/1', before: { r: 'pass', why: '' }, after: { r: 'na', why: '无此设施' } }])
    expect(steps.pop()?.[0]?.before).toBeNull()
  })

  it('keeps several answers given at once as one step, and visits apart', () => {
    stepsOf('i').push([
      { register: 'ans/1', before: null, after: { r: 'pass' } },
      { register: 'ans/2', before: null, after: { r: 'pass' } },
    ])
    stepsOf('i').push([{ register: 'ans/2', before: { r: 'pass' }, after: { r: 'pass', why: 'x' } }])
    expect([stepsOf('i').count.value, stepsOf('other').count.value]).toEqual([2, 0])
  })
})
