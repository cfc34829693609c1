import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { precompressPlugin } from './build/precompress.ts'
import { vantIconFontPlugin } from './build/vant-icon-font.ts'

const server = process.env.WUFEI_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    vue(),
    vantIconFontPlugin(),
    VitePWA({
      registerType: 'autoUpdate',
      // Registered by src/shared/pwa.ts: the page's policy allows no inline script.
      injectRegister: false,
      includeAssets: ['icon.svg', 'icon-192.png', 'icon-512.png'],
      manifest: {
        name: '无废江源',
        short_name: '无废',
        description: '拍照举报乱倒垃圾，看得见谁在处理、处理到哪一步',
        lang: 'zh-CN',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#f5f3ea',
        theme_color: '#17493a',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,webmanifest}'],
        // The desk is for offices with a network; residents need not store it.
        // Charts are fetched by whoever opens one: their tables say the same without a signal.
        globIgnores: ['**/desk-*', '**/chart-*', '**/old-browser.js'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [
          /^\/(api|open311|healthz|readyz|metrics)(\/|$)/,
          // A file; not a question with a full stop in it.
          /^[^?]*\.[a-z0-9]+$/i,
        ],
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        skipWaiting: true,
        runtimeCaching: [
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname === '/api/v1/district',
            handler: 'StaleWhileRevalidate',
            options: {
              cacheName: 'district',
              // The answer is in the reader's language, so each language is its own entry.
              plugins: [
                {
                  cacheKeyWillBeUsed: async ({ request }) =>
                    `${request.url}#${request.headers.get('Accept-Language') ?? 'zh-CN'}`,
                },
              ],
            },
          },
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
            handler: 'CacheFirst',
            options: { cacheName: 'assets', expiration: { maxEntries: 60 } },
          },
        ],
      },
    }),
    precompressPlugin(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: ['es2019', 'chrome66', 'safari12'],
    cssTarget: ['chrome66', 'safari12'],
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        chunkFileNames(chunk) {
          const has = (part: string) => chunk.moduleIds.some((id) => id.includes(part))
          if (has('/features/desk/')) return 'assets/desk-[name]-[hash].js'
          return has('/node_modules/echarts/')
            ? 'assets/chart-[name]-[hash].js'
            : 'assets/[name]-[hash].js'
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/api', '/open311', '/healthz'].map((path) => [path, server])),
  },
  preview: {
    proxy: Object.fromEntries(['/api', '/open311', '/healthz'].map((path) => [path, server])),
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'build/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
  },
})
