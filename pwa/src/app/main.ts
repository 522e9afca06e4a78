import '../ui/tokens.css'
// Early: the browser offers the installation once, soon after the start.
import '../ui/install'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { keepFocus } from './focus'
import { i18n } from './i18n'
import { router } from './router'

createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
keepFocus()
