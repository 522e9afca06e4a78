/** A public event to come, as a form has it. */
import type { EventType } from '../../../contracts/vocabulary'

export interface EventDraft {
  type: EventType
  name: string
  /** Local time without a zone, as the browser's field writes it. */
  due: string
}

const LEAD_MINUTES = 10

/** Dice in the meeting room in ten minutes. */
export function eventDraft(name: string, now = new Date()): EventDraft {
  const at = new Date(now.getTime() + LEAD_MINUTES * 60_000)
  const due = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  return { type: 'dice', name, due }
}

/** The same as the server takes it. */
export const eventIn = ({ type, name, due }: EventDraft) => ({
  event_type: type,
  event_id: name,
  event_due: new Date(due).toISOString(),
})
