import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { i18n, rememberedLocale, setLocale } from './shared/i18n'
import { registerServiceWorker, reloadOnceForUpdate } from './shared/pwa'
import { usePrefs } from './shared/store/prefs'
import 'vant/es/style/base.css'
import './shared/theme.css'
import './shared/base.css'

async function start(): Promise<void> {
  reloadOnceForUpdate()
  // A chosen language that cannot be fetched offline must not keep the page from opening.
  await setLocale(rememberedLocale()).catch(() => undefined)
  const app = createApp(App)
  app.use(createPinia())
  usePrefs().apply()
  app.use(i18n)
  app.use(router)
  app.mount('#app')
  registerServiceWorker()
}

void start()
