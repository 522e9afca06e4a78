/** Who has to sign a record, and how far each is. */
import type { SignValue } from '../../../sync-core'
import type { Inspection } from '../inspection'

export interface Slot {
  register: string
  role: 'lead' | 'member' | 'representative'
  /** Name within the page: `lead`, `member`, `member-2`, …, `representative`. */
  key: string
  /** Known for inspectors; the representative says it. */
  name: string
  signed: (SignValue & { at: string }) | null
  /** Signed in this revision, but the content has changed since. */
  void: boolean
}

export function signatures({ state, document, seal, phase }: Inspection): Slot[] {
  const seen = new Map<string, number>()
  return state.sheet.required.map((register) => {
    const [, role = '', person] = register.split('/')
    const count = (seen.get(role) ?? 0) + 1
    seen.set(role, count)
    // After the seal a signature stays what it was, whatever the log holds later.
    const heads = (state.registers.get(register)?.heads ?? []).filter(({ rev, val }) => rev === state.rev && val !== null)
    const op = seal.signed.get(register) ?? (['on_site', 'returned'].includes(phase) ? undefined : heads[0])
    return {
      register,
      role: role as Slot['role'],
      key: count > 1 ? `${role}-${count}` : role,
      name: document.parties.find((party) => party.person === person)?.name ?? '',
      signed: op ? { ...(op.val as unknown as SignValue), at: op.at } : null,
      void: !op && heads.length > 0,
    }
  })
}
