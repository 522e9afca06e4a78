import { describe, expect, it } from 'vitest'

import { nameIn } from '../../../api/transfer'
import { isMoving, sizeText, type TableImport } from './imports'
import messages from './messages'

const paths = (texts: object, at = ''): string[] =>
  Object.entries(texts).flatMap(([key, text]) => (typeof text === 'string' ? [`${at}${key}`] : paths(text as object, `${at}${key}.`)))

describe('imports', () => {
  it('writes sizes as people read them', () => {
    expect([sizeText(12), sizeText(655_360), sizeText(7_444_890)]).toEqual(['12 B', '640 KB', '7.1 MB'])
  })

  it('asks again only while the server works', () => {
    const states = ['queued', 'reading', 'checked', 'importing', 'done', 'failed', 'cancelled'] as const
    expect(states.filter((state) => isMoving({ state } as TableImport))).toEqual(['queued', 'reading', 'importing'])
  })

  it('reads the name that the server gives a file', () => {
    expect(nameIn("attachment; filename*=UTF-8''%E5%90%8D%E5%BD%95.xlsx")).toBe('名录.xlsx')
    expect(nameIn('inline')).toBe('')
  })

  it('says everything in both languages', () => {
    expect(paths(messages.en).sort()).toEqual(paths(messages.zh).sort())
  })
})
