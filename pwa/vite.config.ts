import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

/** Vant's icon font names a copy on a foreign host as fallback; a strict policy refuses it, and we carry the font. */
const ownIconFontOnly: Plugin = {
  name: 'own-icon-font-only',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/vant\/.*\.css$/.test(id)) return null
    return code.replace(/,\s*url\(["']?\/\/[^)]*\)\s*format\(["']woff["']\)/g, '')
  },
}

export default defineConfig({
  base: '/',
  define: { __VUE_I18N_LEGACY_API__: 'false' },
  plugins: [
    ownIconFontOnly,
    vue(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'service-worker',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: null,
      includeManifestIcons: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,svg,png,woff2,webmanifest}'],
        globIgnores: ['icon-*.png'], // Only the installer of the operating system asks for these, once.
      },
      manifest: {
        id: '/',
        name: '随查',
        short_name: '随查',
        description: '双随机、一公开：随机抽查，现场记录，公开可验。',
        lang: 'zh-CN',
        start_url: '/field',
        scope: '/',
        display: 'standalone',
        orientation: 'portrait',
        theme_color: '#0b5f78',
        background_color: '#f2f5f6',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
  server: { proxy: Object.fromEntries(['/api', '/portal/v1', '/files'].map((p) => [p, 'http://localhost:8000'])) },
})
