/** A check point and its state as the tests of the checklist's cards take them. */
import type { CheckPoint } from '../../../engine/checklist'
import type { PointState } from './points'

export const point = (code: string, more: Partial<CheckPoint> = {}): CheckPoint =>
  ({ code, item: 'Q', title: `题 ${code} 题`, title_en: '', guidance: '看执照', answer: { type: 'verdict' }, required: true, photo: { min: 0 }, note_on: ['fail'], phrases: [], ...more }) as unknown as CheckPoint

export const state = (more: Partial<PointState> = {}): PointState => ({
  value: null,
  note: '',
  photos: {},
  missing: ['answer'],
  fails: false,
  locked: false,
  before: null,
  changed: false,
  earlier: null,
  ...more,
})
