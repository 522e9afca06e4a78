/** Colours of states: what still needs somebody stands out, what is done is calm. */
import type { DrawState, OpinionAnswer, PlanState, TaskState } from '../../../contracts/vocabulary'

export const PLAN_TONES: Record<PlanState, string> = { draft: 'warn', approved: 'live', published: 'good', closed: '' }

export const ANSWER_TONES: Record<OpinionAnswer, string> = { agree: 'good', agree_with_comment: 'warn', object: 'bad' }

export const TASK_TONES: Record<TaskState, string> = {
  planned: 'warn',
  pool_frozen: 'live',
  drawn: 'live',
  dispatched: 'live',
  matched: 'live',
  in_progress: 'live',
  completed: 'good',
  archived: '',
}

export const DRAW_TONES: Record<DrawState, string> = {
  draft: 'warn',
  committed: 'live',
  revealed: 'live',
  drawn: 'live',
  published: 'good',
  void: 'bad',
}
