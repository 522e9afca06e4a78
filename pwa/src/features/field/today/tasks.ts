/** In which section of the list a task stands, and how urgent it is. Pure. */
import type { Brief } from '../../../api/fieldwork'
import type { Phase } from '../../../sync-core'

export type Urgency = 'overdue' | 'soon' | 'later'
export const SECTIONS = ['returned', 'overdue', 'soon', 'started', 'later', 'sent', 'withdrawn'] as const
/** What is still to be done; the others are there to be looked up. */
export const UNDONE: readonly Section[] = ['returned', 'overdue', 'soon', 'started', 'later']
export type Section = (typeof SECTIONS)[number]

const SOON_DAYS = 3
const DAY_MS = 86_400_000

/** Calendar days from `today` to `due`, both YYYY-MM-DD; negative when it is past. */
export function daysUntil(due: string, today: string): number {
  return Math.round((Date.parse(due) - Date.parse(today)) / DAY_MS)
}

export function urgencyOf(due: string, today: string): Urgency {
  const days = daysUntil(due, today)
  return days < 0 ? 'overdue' : days <= SOON_DAYS ? 'soon' : 'later'
}

/** What the person must look at first stands first: what came back, what is late, what is begun. */
export function sectionOf(phase: Phase, due: string, today: string): Section {
  if (phase === 'returned') return 'returned'
  if (!['assigned', 'on_site', 'sealed'].includes(phase)) return 'sent'
  const urgency = urgencyOf(due, today)
  if (urgency !== 'later') return urgency
  return phase === 'assigned' ? 'later' : 'started'
}

/** Whether the task has the searched text in its names, address or codes. */
export function matches({ object, task, team }: Brief, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  const searched = [object.name, object.address, object.code, task.name, task.code, ...team.map(({ name }) => name)]
  return searched.some((each) => each.toLowerCase().includes(wanted))
}

/** Today where the phone is. */
export function localDay(date: Date = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Opens the phone's own map at an address; iPhones know no geo links. */
export function mapLink({ name, address }: Brief['object'], agent: string = navigator.userAgent): string {
  const place = encodeURIComponent(`${address} ${name}`)
  return /iPhone|iPad|Macintosh/.test(agent) ? `https://maps.apple.com/?q=${place}` : `geo:0,0?q=${place}`
}
