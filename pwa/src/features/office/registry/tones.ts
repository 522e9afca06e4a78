/** The colours of states in the directories. */
import type { ItemStage, ObjectStatus, RiskLevel } from '../../../contracts/vocabulary'

export const statusTone = (status: ObjectStatus): string => (status === 'active' ? 'good' : 'warn')

export const stageTone = (stage: ItemStage): string =>
  ({ draft: 'warn', upcoming: 'live', in_force: 'good', superseded: '', retired: '' })[stage]

export const riskTone = (risk: RiskLevel): string => ({ A: 'good', B: '', C: 'warn', D: 'bad' })[risk]
