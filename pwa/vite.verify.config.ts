import { createHash } from 'node:crypto'

import { defineConfig, type Plugin } from 'vite'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')

/** Puts script and style into the page itself, which allows these two and nothing else, and writes its SHA-256 beside it. */
const oneFile: Plugin = {
  name: 'one-file',
  enforce: 'post',
  generateBundle(_, bundle) {
    let script = ''
    let style = ''
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type === 'chunk') script += part.code.trim().replaceAll('</script', '<\\/script')
      else if (name.endsWith('.css')) style += String(part.source).trim()
      else continue
      delete bundle[name]
    }
    const [page] = Object.values(bundle)
    if (Object.keys(bundle).length !== 1 || page?.type !== 'asset') this.error('The page has parts that are not in it.')
    const policy = `default-src 'none'; script-src 'sha256-${hashOf(script)}'; style-src 'sha256-${hashOf(style)}'; img-src data:; base-uri 'none'; form-action 'none'`
    const html = String(page.source)
      .replace(/\s*<(script|link)\b[^>]*(src|href)="\.?\/?assets[^>]*>(<\/script>)?/g, '')
      .replace('<meta charset="utf-8" />', (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)
      .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
      .replace('</body>', () => `  <script type="module">${script}</script>\n  </body>`)
    page.source = html
    page.fileName = 'verify.html'
    const digest = createHash('sha256').update(html).digest('hex')
    this.emitFile({ type: 'asset', fileName: 'verify.html.sha256', source: `${digest}  verify.html\n` })
  },
}

export default defineConfig({
  root: 'src/verify-page',
  base: './',
  publicDir: false,
  plugins: [oneFile],
  build: {
    outDir: '../../dist',
    emptyOutDir: false,
    modulePreload: false,
    rollupOptions: { input: 'src/verify-page/verify.html' },
  },
})
