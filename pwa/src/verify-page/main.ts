/** A page that verifies draws by itself: no server, no network, one file. */
import '../ui/tokens.css'
import './page.css'

import { misshapen, type Bundle } from '../verifier/documents'
import { type Finding, MESSAGES, type Step } from '../verifier/findings'
import { lookUp, type Place } from '../verifier/lookup'
import { pace } from '../verifier/pace'
import { textHash } from '../verifier/sha256'
import { verify } from '../verifier/verify'
import { STEP_WORDS, stepsOf } from '../verifier/words'
import { h } from './dom'
import { type Dropped, readFile, type Roles, rolesOf } from './files'
import { type TextKey, TEXTS } from './texts'

// This page stands alone, so it follows the device by itself.
document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'

const SHOWN = 200
const FINDINGS_SHOWN = 50

interface Run {
  steps: Step[]
  current: Step | null
  findings: Finding[] | null
  seconds: number
}

let language = navigator.language.startsWith('zh') ? 0 : 1
let files: Dropped[] = []
let published = ''
let run: Run | null = null
let turn = 0
let asked = ''
let place: Place | null = null

const word = (words: readonly [string, string]): string => words[language]!
const t = (key: TextKey, values: Record<string, string | number> = {}): string =>
  word(TEXTS[key]).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
const isBundle = (content: unknown): content is Bundle => content !== undefined && !misshapen(content).length

async function take(list: FileList | null): Promise<void> {
  files = [...files, ...(await Promise.all([...(list ?? [])].map(readFile)))]
  await start()
}

async function start(): Promise<void> {
  const mine = ++turn
  const { bundle, parent, sealed } = rolesOf(files)
  run = null
  asked = ''
  if (!bundle) return show()
  const { content } = bundle
  const steps = isBundle(content) ? stepsOf(content, sealed !== null) : (['shape'] as Step[])
  const going: Run = { steps, current: 'shape', findings: null, seconds: 0 }
  run = going
  show()
  const since = performance.now()
  const given = { bundle: content, parent: parent?.content ?? null, sealed: sealed?.content ?? null, published: published.trim() }
  const findings = await pace(verify(given), (step) => {
    if (mine !== turn) return
    going.current = step
    show()
  })
  if (mine !== turn) return
  Object.assign(going, { current: null, findings, seconds: (performance.now() - since) / 1000 })
  show()
}

function show(): void {
  const roles = rolesOf(files)
  document.documentElement.lang = language ? 'en' : 'zh-CN'
  document.title = t('title')
  const focused = document.activeElement?.id
  document.getElementById('page')!.replaceChildren(
    header(),
    dropZone(),
    ...(files.length ? [fileList(roles)] : []),
    ...(run ? [outcome(run)] : []),
    ...(run?.findings && !run.findings.length && roles.bundle ? details(roles.bundle.content as Bundle) : []),
    footer(),
  )
  if (focused) document.getElementById(focused)?.focus()
}

function header(): HTMLElement {
  const switchTo = (other: number) => () => {
    language = other
    show()
  }
  const other = language ? 0 : 1
  return h(
    'header',
    {},
    h('h1', {}, t('title')),
    h('button', { type: 'button', id: 'language', lang: other ? 'en' : 'zh-CN', click: switchTo(other) }, other ? 'English' : '中文'),
    h('p', {}, t('lead')),
  )
}

function dropZone(): HTMLElement {
  const input = h('input', { type: 'file', id: 'files', multiple: true, accept: '.json,application/json', 'data-testid': 'files' })
  input.addEventListener('change', () => void take(input.files))
  const digest = h('input', { type: 'text', id: 'published', value: published, spellcheck: 'false', autocomplete: 'off' })
  digest.addEventListener('change', () => {
    published = digest.value
    void start()
  })
  return h(
    'section',
    { class: 'drop' },
    h('p', {}, `${t('drop')} `, h('label', { for: 'files', class: 'button' }, t('choose'))),
    input,
    h('p', { class: 'hint' }, t('several')),
    h('label', { for: 'published' }, t('published')),
    digest,
    h('p', { class: 'hint' }, t('publishedHint')),
  )
}

function fileList(roles: Roles): HTMLElement {
  const role = (file: Dropped): string => {
    if (file.content === undefined) return t('unread')
    const key = (['bundle', 'parent', 'sealed'] as const).find((name) => roles[name] === file)
    return t(key ?? 'unused')
  }
  const clear = (): void => {
    files = []
    void start()
  }
  return h(
    'section',
    {},
    h('h2', {}, t('files')),
    h(
      'ul',
      { class: 'plain' },
      ...files.map((file) =>
        h('li', {}, h('strong', {}, file.name), ` · ${role(file)} `, h('span', { class: 'code' }, `${t('fileDigest')} ${file.digest}`)),
      ),
    ),
    h('button', { type: 'button', id: 'clear', click: clear }, t('clear')),
  )
}

function outcome({ steps, current, findings, seconds }: Run): HTMLElement {
  const done = steps.indexOf(current!)
  const failed = new Set(findings?.map(({ step }) => step))
  const mark = (step: Step, i: number): string =>
    findings ? (failed.has(step) ? 'fails' : 'holds') : step === current ? 'now' : i < done ? 'holds' : 'waits'
  const sealed = steps.includes('sealed') && !steps.includes('seed')
  const verdict = findings ? t(findings.length ? 'fails' : sealed ? 'holdsSealed' : 'holds') : t('running')
  return h(
    'section',
    {},
    h('h2', {}, t('steps')),
    h(
      'ol',
      { class: 'steps', 'data-testid': 'steps' },
      ...steps.map((step, i) => h('li', { class: mark(step, i), 'data-step': step }, word(STEP_WORDS[step]))),
    ),
    h(
      'p',
      { role: 'status', class: findings?.length ? 'verdict fails' : 'verdict', 'data-testid': 'verdict', 'data-done': findings !== null },
      h('strong', {}, verdict),
      findings && ` ${t('took', { n: seconds.toFixed(1) })}`,
    ),
    findings !== null && !published.trim() && h('p', { class: 'hint' }, t('unpublished')),
    findings && findings.length > 0 && faults(findings),
  )
}

function faults(findings: Finding[]): HTMLElement {
  return h(
    'div',
    { role: 'alert' },
    h('h3', {}, t('findings')),
    h(
      'ul',
      {},
      ...findings
        .slice(0, FINDINGS_SHOWN)
        .map(({ code, where }) => h('li', {}, `${word(MESSAGES[code])} `, h('span', { class: 'code' }, `[${code}] ${where}`))),
    ),
    findings.length > FINDINGS_SHOWN && h('p', {}, t('more', { n: findings.length - FINDINGS_SHOWN })),
  )
}

function details(bundle: Bundle): HTMLElement[] {
  const { commitment: c, event, result } = bundle
  const facts: [TextKey, string][] = [
    ['task', `${c.task} · ${c.region}`],
    ['kind', t(c.kind === 'inspectors' ? 'inspectors' : 'objects')],
    ['size', String(c.pool.n)],
    ['event', `${c.event.id}（${c.event.due}）：${event.value}`],
    ['digest', bundle.commitment_digest],
    ['seed', result.seed],
  ]
  const about = h(
    'section',
    {},
    h('h2', {}, t('about')),
    h('dl', {}, ...facts.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', { class: 'code' }, value || '—')])),
  )
  return bundle.mode === 'sealed' ? [about] : [about, lookUpForm(bundle), list(bundle)]
}

function lookUpForm(bundle: Bundle): HTMLElement {
  const code = h('input', { type: 'text', id: 'code', value: asked, spellcheck: 'false', autocomplete: 'off', 'data-testid': 'code' })
  const find = (event: Event): void => {
    event.preventDefault()
    asked = code.value.trim()
    place = asked ? lookUp(bundle, asked) : null
    show()
  }
  return h(
    'section',
    {},
    h('h2', {}, t('lookup')),
    h('form', { submit: find }, h('label', { for: 'code' }, t('code')), code, h('button', { type: 'submit', id: 'find' }, t('find'))),
    h('div', { role: 'status', 'data-testid': 'place' }, ...(asked ? placeLines(place) : [])),
  )
}

function placeLines(found: Place | null): HTMLElement[] {
  if (!found) return [h('p', {}, t('absent'))]
  const { stratum, rank = 0, n, k, outcome, people, ticket } = found
  const team = people.length ? t('team', { people: people.join('、') }) : t('nobody')
  return [
    h('p', {}, h('strong', {}, outcome === 'team' ? team : t(outcome))),
    ...(outcome === 'team' ? [] : [h('p', {}, t('rank', { stratum, rank, n, k }))]),
    h('p', { class: 'code' }, ticket),
  ]
}

function list({ result, commitment, assignments }: Bundle): HTMLElement {
  const parts = result.strata.map(({ code, drawn }) => {
    const n = commitment.strata.find((row) => row.code === code)?.n ?? 0
    return part(t('stratum', { code, k: drawn.length, n }), drawn.map((row) => `${row.rank}. ${row.id}`))
  })
  const names = (row: (typeof assignments)[number]): string =>
    [...row.seats, ...row.experts].map((seat) => seat.id).join('、') || t('nobody')
  if (assignments.length) parts.push(part(t('inspectors'), assignments.map((row) => `${row.object}：${names(row)}`)))
  return h('section', {}, h('h2', {}, t('list')), ...parts)
}

function part(title: string, lines: string[]): HTMLElement {
  return h(
    'details',
    {},
    h('summary', {}, title),
    h('ul', { class: 'plain code' }, ...lines.slice(0, SHOWN).map((line) => h('li', {}, line))),
    lines.length > SHOWN && h('p', { class: 'hint' }, t('shown', { n: SHOWN })),
  )
}

function footer(): HTMLElement {
  const program = document.querySelector('script')?.textContent ?? ''
  return h(
    'footer',
    {},
    h('p', {}, `${t('program')} `, h('span', { class: 'code', 'data-testid': 'program' }, textHash(program))),
    h('p', {}, t('programHint')),
  )
}

document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', (event) => {
  event.preventDefault()
  void take(event.dataTransfer?.files ?? null)
})
show()
