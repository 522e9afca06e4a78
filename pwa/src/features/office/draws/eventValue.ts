/** How the outcome of a public event is written; the server and the verifiers take no other form. */
import type { EventType } from '../../../contracts/vocabulary'

const FORMS: Record<EventType, RegExp> = {
  dice: /^[0-9]{20,128}$/,
  lottery: /^[0-9]{2}(,[0-9]{2}){4,}(\+[0-9]{2}(,[0-9]{2})*)?$/,
  beacon: /^([0-9a-f]{64}|[0-9a-f]{128})$/,
}

/** What was typed, without the gaps and marks that people put in for reading. */
export function readEventValue(type: EventType, typed: string): string {
  if (type === 'dice') return typed.replace(/\D/g, '')
  const bare = typed.replace(/\s/g, '').replaceAll('，', ',').replaceAll('＋', '+')
  return type === 'beacon' ? bare.toLowerCase() : bare
}

/** Digits of dice in groups of five, for comparing by eye. */
export const inFives = (digits: string): string => digits.replace(/.{5}(?=.)/g, '$& ')

export function isEventValue(type: EventType, value: string): boolean {
  const ascends = (group: string): boolean =>
    group.split(',').every((number, i, all) => i === 0 || all[i - 1]! < number)
  return FORMS[type].test(value) && (type !== 'lottery' || value.split('+').every(ascends))
}
