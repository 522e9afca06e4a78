// Uses the checklist documents of schemas/vectors, which backend and engine agree on.
import { describe, expect, it } from 'vitest'

import vectors from '../../../../../schemas/vectors/checklists.json'
import { results, status, type ChecklistDocument, type Registers } from '../../../engine/checklist'
import type { CaseRecord, LogLine, Photo, Review } from './records'
import { distance, historyOf, lastReview, obstaclesOf, passes, pointOf, publicView, sectionsOf, shotsOf } from './sheet'

const shop = vectors.documents.shop as unknown as ChecklistDocument

const ANSWERS: Registers = { 'ans/A.1': { r: 'pass' }, 'ans/A.2': { r: 'fail' }, 'note/A.2': '缺页' }
const photo = (id: string): Photo => ({ id, sha256: id, size: 1, mime: 'image/jpeg', w: 1, h: 1, at: null, lat: null, lon: null, acc: null, off: null, missing: false })
const line = (pos: number, reg: string, value: unknown = null): LogLine => ({ pos, rev: 1, kind: 'set', reg, value, author: '甄查一', device_label: '', at: '', received_at: '', off: null, status: 'ok', code: null })

function record(registers: Registers = ANSWERS, more: Partial<CaseRecord> = {}): CaseRecord {
  return {
    checklist: shop,
    object: { ...shop.object, address: '某路1号' },
    team: [{ person: '1', name: '甄查一', role: 'lead', certificate: null }],
    registers,
    results: results(shop, registers),
    status: status(shop, registers),
    photos: {},
    conflicts: [],
    differences: [],
    history: [],
    reviews: [],
    held: [],
    blobs_missing: [],
    ...more,
  } as unknown as CaseRecord
}

describe('sectionsOf', () => {
  it('lists the points that show at the item that asked them', () => {
    const [a, b] = sectionsOf(record())
    expect(a?.points.map(({ point }) => point.code)).toEqual(['A.1', 'A.2', 'A.3', 'A.4'])
    expect(b?.points.map(({ point }) => point.code)).toEqual(['B.1'])
    expect(b?.shared.map(({ code }) => code)).toEqual(['A.1'])
  })

  it('shows no point when the visit came to nothing', () => {
    const sections = sectionsOf(record({ outcome: { code: 'unreachable', why: '查无此户' } }))
    expect(sections.flatMap(({ points }) => points)).toEqual([])
    expect(sections.map(({ result }) => result)).toEqual(['4', '4'])
  })

  it('gives a point its problem, its note, what it lacks and what changed', () => {
    const change = { reg: 'ans/A.2', before: { r: 'pass' }, after: { r: 'fail' } }
    const view = sectionsOf(record(ANSWERS, { differences: [change] }))[0]!.points
    expect(view[1]).toMatchObject({ result: '8', note: '缺页', lacks: [], changes: [change] })
    expect(view[0]?.lacks).toEqual(['photo'])
  })
})

describe('passes', () => {
  it('keeps problems, gaps and disagreements apart from what is in order', () => {
    const disputed = { conflicts: [{ reg: 'ans/B.1', values: [] }] }
    const views = sectionsOf(record({ ...ANSWERS, 'ans/A.4': { r: 'pass' } }, disputed)).flatMap(({ points }) => points)
    const shown = views.filter((view) => passes('problems', view)).map(({ point }) => point.code)
    expect(shown).toEqual(['A.1', 'A.2', 'A.3', 'B.1'])
    expect(views.filter((view) => passes('changes', view))).toEqual([])
  })
})

describe('pointOf', () => {
  it('names the point of a register and of no other', () => {
    expect(['ans/A.1', 'photo/A.1/x', 'result/A', 'remark', ''].map(pointOf)).toEqual(['A.1', 'A.1', null, null, null])
  })
})

describe('historyOf', () => {
  it('gives what was written at one point, newest first', () => {
    const history = [line(1, 'ans/A.1'), line(2, 'ans/A.2'), line(3, 'note/A.1')]
    expect(historyOf(record(ANSWERS, { history }), 'A.1').map(({ pos }) => pos)).toEqual([3, 1])
  })
})

describe('shotsOf', () => {
  it('orders photos as the page does and says who took them', () => {
    const history = [line(1, 'photo/A.1/p', { sha256: 'p' })]
    const shots = shotsOf(record(ANSWERS, { photos: { 'B.1': [photo('q')], 'A.1': [photo('p')], outcome: [photo('o')] }, history }))
    expect(shots.map(({ photo: { id } }) => id)).toEqual(['o', 'p', 'q'])
    expect(shots.map(({ by }) => by?.author)).toEqual([undefined, '甄查一', undefined])
  })
})

describe('lastReview', () => {
  const review = (rev: number, decision: Review['decision']): Review => ({ rev, decision, comment: '', points: [], reviewer: '', decided_at: '' })
  const reviews = [review(1, 'returned'), review(2, 'returned'), review(3, 'approved')]

  it('finds the last decision of a revision or of a kind', () => {
    expect(lastReview({ reviews }, { rev: 1 })).toBe(reviews[0])
    expect(lastReview({ reviews }, { decision: 'returned' })).toBe(reviews[1])
    expect(lastReview({ reviews }, { rev: 4 })).toBeUndefined()
  })
})

describe('obstaclesOf', () => {
  it('names only what is there', () => {
    expect(obstaclesOf(record())).toEqual([])
    expect(obstaclesOf(record(ANSWERS, { blobs_missing: ['a', 'b'] }))).toEqual([['missing', 2]])
  })
})

describe('distance', () => {
  it('measures metres on the ground, and nothing without both places', () => {
    const here = { lat: '39.977300', lon: '119.775700' }
    expect(distance(here, { lat: '39.978300', lon: '119.775700' })).toBe(111)
    expect(distance(here, { lat: null, lon: null })).toBeNull()
  })
})

describe('publicView', () => {
  it('masks persons and shows of an individual business only the district', () => {
    const view = publicView(record())
    expect(view.inspectors).toEqual(['甄*'])
    expect(view.address).toBe('山海关区')
    expect(view.items.map(({ result }) => result)).toEqual(['8', '1'])
  })
})
