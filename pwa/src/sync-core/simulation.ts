// Three phones and a server on the protocol's pure functions, with everything going wrong that can: twin of
// tests/unit/sync/simulation.py and of the deeds in test_convergence.py, so that both languages live the same lives.

import { canonical } from './canonical'
import { checkBatch, Diverged, verifyEntries } from './log'
import type { Entry } from './messages'
import { dot, isOffice, operationHash, readOperation, type Kind, type Operation } from './operations'
import { issue, overlay, signValue, type Replica } from './replica'
import { readSheet, type Sheet, type SheetDocument } from './seal'
import { begin, conflicts, coverOf, decide, step, type InspectionState } from './state'

export const NOON = '2026-11-21T12:00:00.000Z'
const LEAD = '01910000-0000-7000-8000-0000000000a1'
const MEMBER = '01910000-0000-7000-8000-0000000000b1'
export const PHONES: Replica[] = [
  { rep: '01920000-0000-7000-8000-00000000000a', usr: LEAD },
  { rep: '01920000-0000-7000-8000-00000000000b', usr: MEMBER },
  { rep: '01920000-0000-7000-8000-00000000000c', usr: MEMBER },
]
const REVIEWER = '01910000-0000-7000-8000-0000000000c1'
export const PASS = { r: 'pass', why: '' }

/** What happens next: the name of a deed and what it is done with, as JSON carries it. */
export type Step = readonly [deed: string, ...details: unknown[]]
type Value = Operation['val']

/** No answer comes back. */
export class Lost extends Error {}

export class Server {
  state: InspectionState
  entries: Entry[] = []
  crash = ''
  /** Every operation that was ever in the log, by dot: the hashes it had. */
  readonly given = new Map<string, Set<string>>()
  private backup: [InspectionState, Entry[]]
  // An old log at first; every return from a backup gives the office another name.
  private writer: Replica = { rep: 'office', usr: REVIEWER }
  private restored = 0

  constructor(sheet: Sheet) {
    this.state = begin(sheet)
    this.backup = [this.state, []]
  }

  push(ops: readonly Operation[]): { gap: number } | { have: number } {
    const { rep } = ops[0]!
    const mine = this.entries.filter(({ op }) => op.rep === rep)
    const known = new Map(mine.map(({ op }) => [op.seq, operationHash(op)]))
    const { crash } = this
    this.crash = ''
    const joined = checkBatch(known, ops.map(readOperation))
    if (joined.result === 'gap') return { gap: joined.expect }
    if (joined.result === 'fork') throw new Error(`no phone was copied: ${joined.seq}`)
    const after: [InspectionState, Entry[]] = [this.state, [...this.entries]]
    for (const op of joined.fresh) place(after, op)
    if (crash === 'before commit') throw new Lost()
    ;[this.state, this.entries] = after
    joined.fresh.forEach((op) => this.note(op))
    if (crash === 'after commit') throw new Lost()
    return { have: coverOf(this.state)[rep] ?? 0 }
  }

  office(kind: Kind, value: Value): void {
    const op = issue(this.state, this.writer, { kind, value, at: NOON })
    if (decide(this.state, op).st !== 'ok') return
    const after: [InspectionState, Entry[]] = [this.state, [...this.entries]]
    place(after, op)
    ;[this.state, this.entries] = after
    this.note(op)
  }

  private note(op: Operation): void {
    this.given.set(dot(op), (this.given.get(dot(op)) ?? new Set()).add(operationHash(op)))
  }

  pull(after: number, chain: string): Entry[] {
    if (after > this.entries.length || (this.entries[after - 1]?.chain ?? '') !== chain) throw new Diverged()
    return this.entries.slice(after)
  }

  save(): void {
    this.backup = [this.state, [...this.entries]]
  }

  restore(): void {
    this.state = this.backup[0]
    this.entries = [...this.backup[1]]
    this.restored += 1
    this.writer = { rep: `0ff1ce00-0000-8000-8000-${this.restored.toString(16).padStart(12, '0')}`, usr: REVIEWER }
  }
}

function place(log: [InspectionState, Entry[]], op: Operation): void {
  const status = decide(log[0], op)
  log[0] = step(log[0], op, status)
  log[1].push({ pos: log[0].head, ...status, recv: NOON, chain: log[0].chain, op })
}

/** `own`, `met` and `log` are on disk; `read` are others' operations of a log that the server has since lost. */
export class Phone {
  own: Operation[] = []
  met = new Map<string, Operation>()
  read = new Map<string, Operation>()
  log: Entry[] = []
  state: InspectionState
  have = new Map<string, number>()

  constructor(
    readonly replica: Replica,
    private readonly sheet: Sheet,
  ) {
    this.state = begin(sheet)
  }

  loose(): Operation[] {
    return [...this.own, ...this.met.values(), ...this.read.values()]
  }

  view(): InspectionState {
    return overlay(this.state, this.loose())
  }

  /** The answers that this phone shows or has seen replaced: of all that it knows, what is not held. */
  counting(view: InspectionState): Set<string> {
    const known = [...this.log.map(({ op }) => op), ...this.loose()]
    const dismissed = new Set(known.filter(({ k }) => k === 'dismiss').map(({ val }) => (val as { op: string }).op))
    const reached = known.filter((op) => op.k === 'set' && op.seq <= (view.tips.get(op.rep)?.seq ?? 0)).map(dot)
    return new Set(reached.filter((name) => !view.held.has(name) && !dismissed.has(name)))
  }

  /** What the server may lack of one replica's signed chain. */
  batch(rep: string): Operation[] {
    const ops = rep === this.replica.rep ? this.own : [...this.met.values()]
    return ops.filter((op) => op.rep === rep && op.seq > (this.have.get(rep) ?? 0)).sort((a, b) => a.seq - b.seq)
  }

  /** An answer to a pull, perhaps an old one: it counts only where it continues what is on disk. */
  receive(after: number, chain: string, entries: readonly Entry[]): void {
    if (after !== this.log.length || chain !== this.state.chain) return
    verifyEntries(after, chain, entries)
    for (const { op, st, code } of entries) this.state = step(this.state, op, { st, code })
    this.log.push(...entries)
  }

  /** The server came back from a backup: what was read stays known, and all of its own may be sent again. */
  startOver(): void {
    for (const { op } of this.log) if (op.rep !== this.replica.rep && !isOffice(op.rep)) this.read.set(dot(op), op)
    this.log = []
    this.state = begin(this.sheet)
    this.have.clear()
  }
}

type Mail = { phone: Phone; batch: Operation[] } | { phone: Phone; after: number; chain: string; entries: Entry[] }

export class World {
  readonly sheet: Sheet
  readonly server: Server
  readonly phones: Phone[]
  /** By dot: the register, and the dots of the values that its author was shown there. */
  readonly shown = new Map<string, { register: string; shown: Set<string> }>()
  private mail: Mail[] = []

  constructor(document: SheetDocument) {
    this.sheet = readSheet(document)
    this.server = new Server(this.sheet)
    this.phones = PHONES.map((replica) => new Phone(replica, this.sheet))
  }

  /** The maximal operations of a register among those that count, told without any `sup`. */
  standing(counting: ReadonlySet<string>, register: string): Set<string> {
    const here = [...counting].filter((name) => this.shown.get(name)?.register === register)
    const replaced = new Set(here.flatMap((name) => [...this.shown.get(name)!.shown]))
    return new Set(here.filter((name) => !replaced.has(name)))
  }

  edit(phone: Phone, register: string, value: Value, saved = true): void {
    const view = phone.view()
    if (!['assigned', 'on_site', 'returned'].includes(view.phase)) return
    const op = issue(view, phone.replica, { kind: 'set', register, value, at: NOON })
    this.shown.set(dot(op), { register, shown: this.standing(phone.counting(view), register) })
    // A phone that dies before the save forgets the edit; its number is then given to another.
    if (saved) phone.own.push(op)
  }

  /** The app was updated before the server: an operation of an unknown kind. */
  newer(phone: Phone): void {
    const op = issue(phone.view(), phone.replica, { kind: 'submit', at: NOON })
    phone.own.push({ ...op, k: 'stamp', val: { seal: '公章' } })
  }

  sign(phone: Phone, slots = 3): void {
    for (const register of this.sheet.required.slice(0, slots)) {
      const view = phone.view()
      if (!['on_site', 'returned'].includes(view.phase) || conflicts(view).length) return
      const role = register.split('/')[1] as 'lead'
      const value = signValue(view, { role, name: '名', pad: 'a'.repeat(64), strokes: 'b'.repeat(64) })
      phone.own.push(issue(view, phone.replica, { kind: 'sign', register, value, at: NOON }))
    }
  }

  settleConflicts(phone: Phone): void {
    for (const register of conflicts(phone.view()))
      this.edit(phone, register, phone.view().registers.get(register)!.heads[0]!.val)
  }

  submit(phone: Phone): void {
    phone.own.push(issue(phone.view(), phone.replica, { kind: 'submit', at: NOON }))
  }

  meet(one: Phone, other: Phone): void {
    const [ours, theirs] = [one, other].map((phone) => [...phone.own, ...phone.met.values()])
    for (const [phone, bundle] of [[other, ours!], [one, theirs!]] as const)
      for (const op of bundle) if (op.rep !== phone.replica.rep) phone.met.set(dot(op), op)
  }

  push(phone: Phone, how = 'ok'): void {
    // What came from a bundle goes first, so that causes come first; a careless app ("own only") does not.
    const met = how === 'own only' ? [] : [...new Set([...phone.met.values()].map(({ rep }) => rep))].sort()
    for (const rep of [...met, phone.replica.rep]) {
      const batch = phone.batch(rep)
      if (!batch.length || how === 'request lost') continue
      if (how === 'delayed') {
        this.mail.push({ phone, batch })
        continue
      }
      try {
        let answer = this.server.push(batch)
        if (how === 'doubled') answer = this.server.push(batch)
        if (how !== 'response lost') phone.have.set(rep, 'gap' in answer ? answer.gap - 1 : answer.have)
      } catch (error) {
        if (error instanceof Lost) return
        throw error
      }
    }
  }

  pull(phone: Phone, how = 'ok'): void {
    const after = phone.log.length
    const { chain } = phone.state
    let entries: Entry[]
    try {
      entries = this.server.pull(after, chain)
    } catch (error) {
      if (!(error instanceof Diverged)) throw error
      return phone.startOver()
    }
    if (how === 'ok' || how === 'doubled') phone.receive(after, chain, entries)
    if (how === 'delayed' || how === 'doubled') this.mail.push({ phone, after, chain, entries })
  }

  /** A message that was under way arrives, in any order; nobody waits for an answer any more. */
  deliver(which: number): void {
    const [message] = this.mail.length ? this.mail.splice(which % this.mail.length, 1) : []
    if (!message) return
    if ('entries' in message) return message.phone.receive(message.after, message.chain, message.entries)
    try {
      this.server.push(message.batch)
    } catch (error) {
      if (!(error instanceof Lost)) throw error
    }
  }

  exchange(phone: Phone): void {
    this.pull(phone)
    this.push(phone)
    this.pull(phone)
  }

  seal(phone: Phone): void {
    this.exchange(phone)
    this.settleConflicts(phone)
    this.sign(phone)
    this.exchange(phone)
    if (phone.view().phase !== 'sealed') return
    this.submit(phone)
    this.exchange(phone)
  }

  /** The network comes back for good: everybody sends and reads until nothing is left. */
  settle(): void {
    this.server.crash = ''
    for (const phone of this.phones) {
      this.pull(phone)
      phone.have.clear()
    }
    for (let round = 0; round < 3; round += 1) this.phones.forEach((phone) => this.push(phone))
    for (let round = 0; round < 2; round += 1) this.phones.forEach((phone) => this.pull(phone))
  }

  do([deed, ...details]: Step): void {
    const [first, ...rest] = details
    const phone = this.phones[first as number]!
    const next = this.phones[((first as number) + 1) % 3]!
    const deeds: Record<string, () => void> = {
      edit: () => this.edit(phone, `ans/${rest[0] as string}`, rest[1] as Value),
      both: () => {
        this.edit(phone, `ans/${rest[0] as string}`, rest[1] as Value)
        this.edit(next, `ans/${rest[0] as string}`, rest[2] as Value)
      },
      meet: () => this.meet(phone, next),
      push: () => this.push(phone, rest[0] as string),
      pull: () => this.pull(phone, rest[0] as string),
      exchange: () => this.exchange(phone),
      deliver: () => this.deliver(first as number),
      'dies unsaved': () => this.edit(phone, `ans/${rest[0] as string}`, PASS, false),
      'server crash': () => void (this.server.crash = first as string),
      backup: () => this.server.save(),
      restore: () => this.server.restore(),
      seal: () => this.seal(phone),
      'sign offline': () => this.sign(phone, rest[0] as number),
      submit: () => this.submit(phone),
      return: () => {
        const points = [...(first as string[])].sort().map((point) => ({ point, text: '' }))
        this.server.office('review.return', { comment: '', points })
      },
      decide: () => {
        const waiting = [...this.server.state.held.keys()].sort()
        const op = waiting[(rest[0] as number) % waiting.length]
        if (op) this.server.office(first as Kind, { op, why: '' })
      },
      newer: () => this.newer(phone),
    }
    deeds[deed]!()
  }
}

export function live(document: SheetDocument, steps: readonly Step[]): World {
  const world = new World(document)
  for (const one of steps) world.do(one)
  world.settle()
  return world
}

/** All that came of a life, as the Python twin tells it too: to be compared letter by letter. */
export function outcome({ server, phones }: World): string {
  const { phase, rev, held, unknown, seals, lam, counting } = server.state
  const codes = Object.fromEntries([...held].map(([name, { code }]) => [name, code]))
  return canonical({
    entries: server.entries,
    own: phones.map(({ own }) => own),
    read: phones.map(({ log }) => log.length),
    conflicts: conflicts(server.state),
    ...{ phase, rev, held: codes, unknown, seals, lam, counting },
  })
}
