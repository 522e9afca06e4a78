// Texts, Chinese first. Each feature keeps its own in features/<name>/messages.ts; they load with its pages
// and live under its name: `t('portal.title')`.
import { watch } from 'vue'
import { createI18n } from 'vue-i18n'

export type Locale = 'zh' | 'en'
type Texts = { [key: string]: string | Texts }
type MessageModule = { default: Record<Locale, Texts> }

const STORED = 'suicha.locale'
const sources = import.meta.glob<MessageModule>('../features/*/messages.ts')

const shell: Record<Locale, Texts> = {
  zh: {
    app: {
      name: '随查',
      updateReady: '新版本已就绪，方便时更新。',
      updateElsewhere: '另一个窗口正在填写，请先在那里完成。',
      update: '立即更新',
      later: '稍后',
      notFound: '没有这个页面',
      home: '返回首页',
    },
  },
  en: {
    app: {
      name: 'Suicha',
      updateReady: 'A new version is ready whenever you are.',
      updateElsewhere: 'Another window is still being written in. Please finish there first.',
      update: 'Update now',
      later: 'Later',
      notFound: 'There is no such page',
      home: 'Back to the start',
    },
  },
}

function storedLocale(): Locale {
  return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh'
}

export const i18n = createI18n({
  legacy: false,
  locale: storedLocale() as string,
  fallbackLocale: 'zh',
  messages: shell as Record<string, Texts>,
})

/** Load the texts of one feature; a second call costs nothing. */
export async function loadMessages(feature: string): Promise<void> {
  const source = sources[`../features/${feature}/messages.ts`]
  if (!source) return
  const texts = (await source()).default
  for (const locale of ['zh', 'en'] as const) i18n.global.mergeLocaleMessage(locale, { [feature]: texts[locale] })
}

// A page switches language by `useI18n().locale`; the choice is kept here.
watch(
  i18n.global.locale,
  (locale) => {
    localStorage.setItem(STORED, locale)
    document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en'
  },
  { immediate: true },
)
