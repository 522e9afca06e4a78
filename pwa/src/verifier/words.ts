/** What each step of a verification shows, 中文 and English. */
import type { Bundle } from './documents'
import { type Step, STEPS } from './findings'

export const STEP_WORDS: Readonly<Record<Step, readonly [string, string]>> = {
  shape: ['数据包格式完整', 'The bundle is complete and in the agreed form'],
  commitment: ['承诺书合乎规则，与承诺摘要相符', 'The commitment follows the rules and fits its digest'],
  codes: ['每个持码人揭晓的密码与事前提交的摘要相符', "Each custodian's code fits the hash handed in before"],
  seed: ['种子由承诺摘要、事件结果和密码算出', 'The seed follows from commitment, event and codes'],
  pool: ['名单没有增减、重复，根值与承诺一致', 'Nothing was added to the pool, taken from it or doubled'],
  parent: ['所依据的对象抽取也核验通过', 'The object draw that this staffs verifies too'],
  lists: ['谁可以去、谁应当回避，与承诺一致', 'Who may go and who must not is as committed'],
  draw: ['每一层抽中和候补的正是摇号值最小的那些', 'In each stratum exactly the lowest tickets are drawn and in reserve'],
  teams: ['每个检查组、编组和专家正是种子给出的', 'Every team, group and expert is the one that the seed gives'],
  log: ['作废和替换逐一留痕、次序正确', 'Void attempts and substitutions are all logged and in order'],
  result: ['结果摘要一致', 'The digest of the result fits'],
  sealed: ['密封与启封前后一致', 'What was sealed is what was opened'],
}

/** The steps that a bundle goes through. */
export function stepsOf(bundle: Pick<Bundle, 'mode' | 'commitment'>, opened: boolean): Step[] {
  const sealed = bundle.mode === 'sealed'
  const inspectors = bundle.commitment.kind === 'inspectors'
  const left: Partial<Record<Step, boolean>> = {
    codes: sealed,
    seed: sealed,
    pool: sealed && inspectors,
    parent: sealed || !inspectors,
    lists: sealed || !inspectors,
    draw: sealed || inspectors,
    teams: sealed || !inspectors,
    sealed: !sealed && !opened,
  }
  return STEPS.filter((step) => !left[step])
}
