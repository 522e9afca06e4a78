import imports from './imports/messages'
import review from './review/messages'
import en from './texts/en'
import zh from './texts/zh'

export default { zh: { ...zh, imports: imports.zh, review: review.zh }, en: { ...en, imports: imports.en, review: review.en } }
