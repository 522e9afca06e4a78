/** What one check point's card shows, cut out of the record so that an answer redraws its own card and no other. */
import { shallowReactive, shallowRef, watch, type ComputedRef, type InjectionKey, type ObjectDirective, type Ref, type ShallowRef } from 'vue'

import type { Verdict } from '../../../contracts/vocabulary'
import type { AnswerValue, ChecklistDocument, CheckPoint, Missing } from '../../../engine/checklist'
import { isOpen, openPoints, type Operation } from '../../../sync-core'
import type { Inspection, Values } from '../inspection'
import type { Place } from '../photos/place'
import type { Recorder } from '../recorder'
import type { Speaker } from '../words'

export interface PointState {
  value: AnswerValue | null
  note: string
  /** This point's photos by register. */
  photos: Values
  missing: Missing['kind'][]
  fails: boolean
  locked: boolean
  /** What the reviewer said when returning it. */
  comment?: string
  /** What stood here when it was returned, and whether that has changed. */
  before: AnswerValue | null
  changed: boolean
  /** What was found at the last published visit. */
  earlier: { on: string; value: AnswerValue } | null
  answers?: readonly Operation[]
  notes?: readonly Operation[]
}

/** What all cards of a page share, worked out once: 500 cards that each ask for it are slow to open. */
export interface Cards {
  states: ReadonlyMap<string, PointState>
  document: () => ChecklistDocument
  recorder: Recorder
  place: Readonly<Ref<Place>>
  words: Speaker
  labels: ComputedRef<Labels>
  copies: Copies
}

/** A card of the list as it is to be drawn. */
export interface Card {
  point: CheckPoint
  title: string
  state: PointState
}

/** See ./copies. */
export interface Copies {
  /** Whether this card may stand as a copy now. */
  stands(card: Card): boolean
  /** Remembers a card that was just drawn alive, as a pattern for others. */
  learn(card: Card, drawn: HTMLElement): void
  vCopy: ObjectDirective<HTMLElement, Card>
  /** What stands around a few cards, and is watched for coming near the screen. */
  vGroup: ObjectDirective<HTMLElement>
  /** What a tap or the focus on a copy does: it comes alive, and then the same happens there. */
  onClick(event: Event): void
  onFocus(event: Event): void
}

export type Labels = Record<'optional' | 'done' | 'guidance' | 'note' | 'photo' | 'basis' | 'answer', string> & {
  missing: Record<Missing['kind'], string>
  verdicts: Record<Verdict, string>
}

export const CARDS: InjectionKey<Cards> = Symbol('cards')

/**
 * The states of all points that show, each a place of its own to watch: an answer wakes its own card.
 * `codes` changes only when other points show.
 */
export function usePointStates(inspection: () => Inspection | null): {
  states: ReadonlyMap<string, PointState>
  codes: Readonly<ShallowRef<readonly string[]>>
} {
  const states = shallowReactive(new Map<string, PointState>())
  const texts = new Map<string, string>()
  const codes = shallowRef<readonly string[]>([])

  watch(
    inspection,
    (now) => {
      const next = now ? [...statesOf(now)] : []
      const shown = next.map(([code]) => code)
      for (const [code, state] of next) {
        const text = JSON.stringify(state)
        if (texts.get(code) === text) continue
        texts.set(code, text)
        states.set(code, state)
      }
      if (shown.join() === codes.value.join()) return
      codes.value = shown
      const present = new Set(shown)
      for (const code of [...states.keys()].filter((each) => !present.has(each))) {
        states.delete(code)
        texts.delete(code)
      }
    },
    { immediate: true, flush: 'sync' },
  )
  return { states, codes }
}

export function* statesOf(inspection: Inspection): Generator<[string, PointState]> {
  const { document, values, before, conflicts, shown, status, state, open, packet } = inspection
  const opened = openPoints(state)
  const comments = new Map(state.returned?.points.map(({ point, text }) => [point, text]))
  const fails = new Set(status.fails.map(({ point }) => point))
  const missing = grouped(status.missing, ({ point }) => point)
  const photos = grouped(
    Object.entries(values).filter(([register]) => register.startsWith('photo/')),
    ([register]) => register.split('/')[1] ?? '',
  )
  const last = packet.history.find(({ answers }) => answers && Object.keys(answers).length)
  for (const { code } of document.points) {
    if (!shown.has(code)) continue
    const [ans, note] = [`ans/${code}`, `note/${code}`]
    const value = (values[ans] as AnswerValue | undefined) ?? null
    const earlier = last?.answers?.[code] as AnswerValue | undefined
    const comment = comments.get(code)
    const previous = (before[ans] as AnswerValue | undefined) ?? null
    yield [
      code,
      {
        value,
        note: (values[note] as string | undefined) ?? '',
        photos: Object.fromEntries(photos.get(code) ?? []),
        missing: (missing.get(code) ?? []).map(({ kind }) => kind),
        fails: fails.has(code),
        locked: !(open && (isOpen(ans, opened, state.sheet.items) || conflicts.has(ans))),
        ...(comment === undefined ? {} : { comment }),
        before: previous,
        changed: comment !== undefined && isChanged(inspection, code),
        earlier: earlier ? { on: last!.checked_on, value: earlier } : null,
        ...(conflicts.has(ans) ? { answers: conflicts.get(ans)! } : {}),
        ...(conflicts.has(note) ? { notes: conflicts.get(note)! } : {}),
      },
    ]
  }
}

/** Whether answer, note or photos of a returned point differ from what was sealed. */
function isChanged({ values, before }: Inspection, code: string): boolean {
  const ofPoint = (all: Values): string =>
    JSON.stringify(
      Object.entries(all)
        .filter(([register]) => register === `ans/${code}` || register === `note/${code}` || register.startsWith(`photo/${code}/`))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  return ofPoint(values) !== ofPoint(before)
}

/** The unanswered points that 合格 alone would settle: verdicts that then ask neither for a photo nor for a note. */
export function restOf(points: readonly CheckPoint[], states: ReadonlyMap<string, PointState>): CheckPoint[] {
  return points.filter(({ code, answer, photo, note_on: noteOn }) => {
    const state = states.get(code)
    if (!state || state.locked || state.value || state.answers || answer.type !== 'verdict') return false
    const asksPhoto = photo.min > 0 && (!photo.on || photo.on.includes('pass'))
    return !asksPhoto && !noteOn?.includes('pass')
  })
}

function grouped<T>(all: readonly T[], by: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const each of all) {
    const known = groups.get(by(each))
    if (known) known.push(each)
    else groups.set(by(each), [each])
  }
  return groups
}
