/** What entries of all directories share: what changed in them, and how they are asked for. */

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

/** A change of an entry; without fields it is the entry's making. */
export interface Change {
  at: string
  person: string | null
  source: string
  reason: string
  fields: FieldChange[]
}

export type Filters<K extends string> = Partial<Record<K, string>>
