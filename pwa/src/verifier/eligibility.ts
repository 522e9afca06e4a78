/** Whether the lists of who may go explain everybody; twin of eligibility_gaps in backend/draws/team_checks.py. */
import type { Eligibility, Exclusion, PersonRow } from './documents'
import { ascending, NAME, VERSION } from './rules'
import { byText } from './staffing'

/** Where a list is unsorted, names a stranger, or leaves somebody unexplained. */
export function eligibilityGaps({ v, objects, inspectors, experts }: Eligibility): string[] {
  const gaps: string[] = []
  if (v !== VERSION) gaps.push('eligibility.v')
  if (!namesInOrder(objects.map((row) => row.id))) gaps.push('eligibility.objects')
  gaps.push(...rosterGaps(inspectors, 'inspectors'), ...rosterGaps(experts, 'experts'))
  const people = inspectors.map((row) => row.id)
  const specialists = experts.map((row) => row.id)
  if (specialists.some((id) => people.includes(id))) gaps.push('eligibility.experts')
  objects.forEach((row, i) => {
    const explained =
      explains(row.needs, row.eligible, row.excluded, people) &&
      explains(row.expert_needs, row.experts, row.experts_excluded, specialists)
    if (!explained) gaps.push(`eligibility.objects[${i}]`)
  })
  return gaps
}

function rosterGaps(rows: readonly PersonRow[], kind: string): string[] {
  const gaps = namesInOrder(rows.map((row) => row.id)) ? [] : [`eligibility.${kind}`]
  rows.forEach((row, i) => {
    if (!namesInOrder(row.holds)) gaps.push(`eligibility.${kind}[${i}].holds`)
  })
  return gaps
}

function explains(needs: string[], eligible: string[], excluded: Exclusion[], roster: string[]): boolean {
  const others = excluded.map((row) => row.id)
  const all = [...eligible, ...others].sort(byText)
  return (
    [needs, eligible, others].every(ascending) &&
    excluded.every((row) => row.reasons.length > 0) &&
    all.length === roster.length &&
    all.every((id, i) => id === roster[i])
  )
}

const namesInOrder = (names: string[]): boolean => ascending(names) && names.every((name) => NAME.test(name))
