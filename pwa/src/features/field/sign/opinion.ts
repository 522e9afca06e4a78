/** What the representative says to the record: a paragraph of its own at the end of the remark. Pure. */

// Part of the record's text, whatever the language of the screen.
const MARK = '当事人意见：'

export interface Remark {
  /** The inspectors' part. */
  remark: string
  opinion: string
}

export function splitRemark(text: string): Remark {
  const [, before = '', opinion] = new RegExp(`^([^]*?)(?:^|\\n)${MARK}([^]*)$`).exec(text) ?? []
  return opinion === undefined ? { remark: text, opinion: '' } : { remark: before, opinion }
}

/** Null when nothing is said. */
export function joinRemark({ remark, opinion }: Remark): string | null {
  const parts = [remark.trim(), opinion.trim() && `${MARK}${opinion.trim()}`]
  return parts.filter(Boolean).join('\n') || null
}
