/** What waits for a person, gathered from the lists of every stage that their roles look into. */
import type { Client } from '../../api/client'
import type { Role } from '../../contracts/vocabulary'
import { getDraw, listDraws, type Move } from './draws/draws'
import { listWaiting } from './draws/substitutions'
import { listPlans, listTasks } from './plans/plans'

export interface Todo {
  key: string
  /** Names the text of what is to be done. */
  deed: string
  subject: string
  note: string
  to: string
}

type Has = (...roles: Role[]) => boolean

const DRAW_DEEDS: Move[] = ['hand_in', 'commit', 'record_event', 'reveal', 'run', 'publish', 'approve_void']
const CODE_DEEDS: Move[] = ['hand_in', 'reveal']

/** Every kind of work at once; one that can not be asked for makes the whole fail, so that nothing seems done. */
export async function gatherTodos(api: Client, has: Has): Promise<Todo[]> {
  const operator = has('planner', 'dispatcher')
  const parts = await Promise.all([
    has('planner', 'approver', 'liaison') ? planTodos(api) : [],
    operator || has('custodian', 'supervisor', 'approver') ? drawTodos(api) : [],
    operator ? taskTodos(api) : [],
    operator || has('supervisor', 'approver') ? substitutionTodos(api) : [],
    has('reviewer') ? queueTodo(api, 'review', '/reviews', '/office/reviews') : [],
    has('supervisor') ? queueTodo(api, 'signOff', '/sign-offs', '/office/sign-offs') : [],
  ])
  return parts.flat()
}

async function planTodos(api: Client): Promise<Todo[]> {
  const { items } = await listPlans(api)
  return items.flatMap((plan) =>
    plan.may
      .filter((move) => move !== 'revise')
      .map((move) => ({
        key: `${move}-${plan.id}`,
        deed: `plan.${move}`,
        subject: plan.title,
        note: plan.code,
        to: `/office/plans/${plan.id}`,
      })),
  )
}

async function drawTodos(api: Client): Promise<Todo[]> {
  const { items } = await listDraws(api)
  // A hash can be exchanged until the commitment, so the list alone does not tell whether one is still missing.
  const asked = await Promise.all(items.filter((row) => row.may.includes('hand_in')).map((row) => getDraw(api, row.id)))
  const handedIn = new Set(asked.filter((draw) => draw.custodians.some((row) => row.mine && row.handed_in)).map((draw) => draw.id))
  return items.flatMap((draw) =>
    draw.may
      .filter((move) => DRAW_DEEDS.includes(move) && !(move === 'hand_in' && handedIn.has(draw.id)))
      .map((move) => ({
        key: `${move}-${draw.id}`,
        deed: `draw.${move}`,
        subject: draw.task.name,
        note: `${draw.region_name} · ${draw.task.code}`,
        to: CODE_DEEDS.includes(move) ? '/office/codes' : `/office/tasks/${draw.task.id}`,
      })),
  )
}

async function substitutionTodos(api: Client): Promise<Todo[]> {
  const [{ items }, draws] = await Promise.all([listWaiting(api), listDraws(api)])
  const taskOf = new Map(draws.items.map((draw) => [draw.id, draw.task]))
  return items.flatMap((row) =>
    row.may.map((move) => ({
      key: `${move}-${row.id}`,
      deed: `substitution.${move}`,
      subject: `${row.leaving.name} ${row.leaving.code}`,
      note: taskOf.get(row.draw)?.name ?? '',
      to: `/office/tasks/${taskOf.get(row.draw)?.id ?? ''}`,
    })),
  )
}

async function taskTodos(api: Client): Promise<Todo[]> {
  const { items } = await listTasks(api)
  return items
    .filter((task) => task.plan.state === 'published' && ['planned', 'pool_frozen', 'drawn', 'dispatched'].includes(task.state))
    .map((task) => ({
      key: task.id,
      deed: `task.${task.state}`,
      subject: task.name,
      note: task.code,
      to: `/office/tasks/${task.id}`,
    }))
}

async function queueTodo(api: Client, deed: string, source: string, to: string): Promise<Todo[]> {
  const { counts } = await api.get<{ counts: { open: number } }>(source, { view: 'open', limit: 1 })
  return counts.open ? [{ key: deed, deed: `queue.${deed}`, subject: String(counts.open), note: '', to }] : []
}
