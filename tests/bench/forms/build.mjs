// node build.mjs OUT NAME…: one self-contained page per contestant under OUT/NAME/.
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const here = import.meta.dirname
const pwa = path.resolve(here, '../../../pwa')
const program = async (name) => import(pathToFileURL(path.join(pwa, 'node_modules', name)).href)
const { build } = await program('vite/dist/node/index.js')
const { default: vue } = await program('@vitejs/plugin-vue/dist/index.mjs')

const [out, ...names] = process.argv.slice(2)
for (const name of names) {
  await build({
    configFile: false,
    root: here,
    base: './',
    publicDir: path.join(pwa, 'public'),
    logLevel: 'error',
    plugins: [vue()],
    // One Vue for all, the product's.
    resolve: {
      alias: [
        ...['vue', 'pinia', 'vue-router', 'vue-i18n'].map((find) => ({ find: new RegExp(`^${find}$`), replacement: path.join(pwa, 'node_modules', find) })),
        { find: '../../icon/index.css', replacement: path.join(pwa, 'src/features/field/icons.css') },
      ],
    },
    define: { __VUE_I18N_LEGACY_API__: 'false', 'process.env.NODE_ENV': '"production"' },
    build: { outDir: path.join(out, name), emptyOutDir: true, rollupOptions: { input: path.join(here, `${name}.html`) }, target: 'es2022', chunkSizeWarningLimit: 100_000, modulePreload: false },
  })
}
