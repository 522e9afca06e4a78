/** Forecasts of the tasks of a draft: sizes are asked for when a scope changes, and quotas follow at once. */
import { computed, onScopeDispose, reactive, type Ref, ref, watch } from 'vue'

import { useOffice } from '../useOffice'
import { LEAST_COVERAGE, LEAST_RISK_USE, looksAt, quotaOf, regionLoads, shareOf } from './forecast'
import { type Forecast, forecastDraft, type PlanIn, sizeOf, type TaskIn, type TaskSize } from './plans'

interface Sized {
  asked: string
  state: 'waiting' | 'ready' | 'failed'
  found: Forecast | null
  fault: string
}

/** What a task would give with its present ratios. */
export interface TaskForecast {
  state: Sized['state'] | 'unready'
  fault: string
  n: number
  k: number
  strata: { n: number; k: number }[]
  regions: { region: string; name: string; n: number; k: number; inspectors: number; per_inspector: number | null }[]
  excluded: { reason: string; n: number }[]
}

const PAUSE = 500

export function useForecast(plan: Ref<PlanIn>) {
  const { api, explain } = useOffice()
  const sized = reactive<Sized[]>([])
  const active = ref(0)
  let timer: ReturnType<typeof setTimeout> | undefined

  /** The request of a task: its ratios and names do not matter to sizes, so they are left out. */
  function request(task: TaskIn): TaskSize | null {
    if (!task.items.length || !task.cut_off || !task.period_from) return null
    const strata = task.strata.map(({ rule }, at) => ({ code: `${at}`, name: '-', rule, ratio: '1/1', number: null, reserves: 0 }))
    return { ...sizeOf(task), seats: 2, participants: [], strata }
  }

  async function ask(at: number, task: TaskSize, asked: string): Promise<void> {
    sized[at] = { asked, state: 'waiting', found: sized[at]?.found ?? null, fault: '' }
    try {
      const { tasks, coverage } = await forecastDraft(api, [task])
      active.value = coverage.whole
      if (sized[at]?.asked === asked) sized[at] = { asked, state: 'ready', found: tasks[0]!, fault: '' }
    } catch (error) {
      if (sized[at]?.asked === asked) sized[at] = { asked, state: 'failed', found: null, fault: explain(error) }
    }
  }

  function askAll(): void {
    plan.value.tasks.forEach((task, at) => {
      const wanted = request(task)
      const asked = JSON.stringify(wanted)
      if (wanted && sized[at]?.asked !== asked) void ask(at, wanted, asked)
    })
  }

  watch(() => JSON.stringify(plan.value.tasks.map(request)), () => {
    clearTimeout(timer)
    timer = setTimeout(askAll, PAUSE)
  }, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))

  const tasks = computed<TaskForecast[]>(() => plan.value.tasks.map((task, at) => forecastOf(task, request(task) ? sized[at] : undefined)))
  const coverage = computed(() => {
    const drawn = plan.value.tasks.reduce((sum, task, at) => sum + (task.kind === 'double_random' ? tasks.value[at]!.k : 0), 0)
    return shareOf(drawn, active.value, LEAST_COVERAGE)
  })
  const riskUse = computed(() => {
    const joint = plan.value.tasks.filter((task) => task.participants.length)
    const using = joint.filter((task) => [task.scope, ...task.strata.map(({ rule }) => rule)].some((rule) => looksAt(rule, 'risk')))
    return shareOf(using.length, joint.length, LEAST_RISK_USE)
  })

  return { tasks, coverage, riskUse }
}

function forecastOf(task: TaskIn, sized: Sized | undefined): TaskForecast {
  const found = sized?.found
  const empty = { n: 0, k: 0, strata: task.strata.map(() => ({ n: 0, k: 0 })), regions: [], excluded: [] }
  if (!sized || !found) return { state: sized?.state ?? 'unready', fault: sized?.fault ?? '', ...empty }
  const sizes = new Map(found.strata.map((row) => [row.code, row.n]))
  const strata = task.strata.map((stratum, at) => {
    const n = sizes.get(`${at}`) ?? 0
    return { n, k: quotaOf(n, stratum) }
  })
  const quotas = Object.fromEntries(strata.map(({ k }, at) => [`${at}`, k]))
  const inspectors = Object.fromEntries(found.regions.map((row) => [row.region, row.inspectors]))
  const loads = regionLoads(found.cells, quotas, task.seats, inspectors)
  return {
    state: sized.state,
    fault: '',
    n: found.n,
    k: strata.reduce((sum, row) => sum + row.k, 0),
    strata,
    regions: found.regions.map((row) => ({ ...row, ...loads[row.region] })),
    excluded: found.excluded,
  }
}
