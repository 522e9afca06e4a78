import '../ui/tokens.css'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'

if (matchMedia('(prefers-contrast: more)').matches) document.documentElement.dataset.contrast = 'high'

createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
