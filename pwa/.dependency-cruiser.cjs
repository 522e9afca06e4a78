// Layers of the program on the phone and the desk: what a folder may import.
const only = (name, folder, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: `^src/${folder}/` },
  to: { path: '^(src|service-worker)/', pathNot: [folder, ...allowed].map((a) => `^src/${a}/`) },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('contracts-are-leaves', 'contracts', [], 'Generated types and the vocabulary import nothing of ours.'),
    only('sync-core-is-pure', 'sync-core', [], 'The twin of the Python protocol must run anywhere and know nothing.'),
    only('engine-is-pure', 'engine', ['contracts'], 'The engine gives the same answers in a test, a page and a worker.'),
    only('verifier-is-pure', 'verifier', [], 'It verifies draws on the portal and in a page of its own, and needs nothing else.'),
    only('verify-page-is-alone', 'verify-page', ['verifier', 'ui'], 'One file without network: nothing that could call a server.'),
    only('device-is-storage-only', 'device', ['contracts', 'sync-core'], 'Tables and repositories; no network.'),
    only('api-is-network-only', 'api', ['contracts'], 'Typed calls and problem+json; no storage.'),
    only('sync-joins', 'sync', ['contracts', 'sync-core', 'engine', 'device', 'api'], 'The one place that moves records between phone and server.'),
    only('access-knows-sessions-only', 'access', ['contracts', 'sync-core', 'device', 'api'], 'Sign-in, session and keys know no inspections.'),
    only('ui-has-no-domain', 'ui', [], 'Buttons do not know inspections.'),
    {
      name: 'lower-layers-know-no-framework',
      severity: 'error',
      comment: 'They must run in a worker and in a plain test.',
      from: { path: '^src/(contracts|sync-core|engine|verifier|device|api|sync)/' },
      to: { path: '(^|node_modules/)(vue|pinia|vue-router)(/|$)' },
    },
    {
      name: 'features-do-not-know-each-other',
      severity: 'error',
      comment: 'What two features share belongs in a layer below them.',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'portal-is-online-only',
      severity: 'error',
      comment: 'The public portal must not touch field data on a device.',
      from: { path: '^src/features/portal/' },
      to: { path: '^src/(device|sync)/' },
    },
    {
      name: 'nobody-imports-the-app',
      severity: 'error',
      comment: 'The app knows everything, so nothing may know the app.',
      from: { pathNot: '^src/app/' },
      to: { path: '^src/app/' },
    },
    {
      name: 'service-worker-is-small',
      severity: 'error',
      comment: 'It keeps the program on the device and knows none of its parts.',
      from: { path: '^service-worker/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
