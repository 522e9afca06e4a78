import { describe, expect, it } from 'vitest'

import { joinRemark, splitRemark } from './opinion'

describe('the representative’s opinion', () => {
  it.each([
    [{ remark: '', opinion: '' }, null],
    [{ remark: '现场已整改', opinion: '' }, '现场已整改'],
    [{ remark: '', opinion: '无异议' }, '当事人意见：无异议'],
    [{ remark: '第一行\n第二行', opinion: '对第 3 项有异议\n已说明' }, '第一行\n第二行\n当事人意见：对第 3 项有异议\n已说明'],
  ])('%j is kept as %j and read back', (parts, text) => {
    expect(joinRemark(parts)).toBe(text)
    expect(splitRemark(text ?? '')).toEqual(parts)
  })

  it('leaves a remark that only mentions an opinion alone', () => {
    expect(splitRemark('已听取当事人意见：无')).toEqual({ remark: '已听取当事人意见：无', opinion: '' })
  })
})
