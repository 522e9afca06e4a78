import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

export default defineConfig({
  base: '/',
  // Vant's style sheets ask for all of its icons, as a font; the phone has use for two.
  resolve: { alias: { '../../icon/index.css': fileURLToPath(new URL('src/features/field/icons.css', import.meta.url)) } },
  define: { __VUE_I18N_LEGACY_API__: 'false' },
  plugins: [
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
