import review from './review/messages'
import en from './texts/en'
import zh from './texts/zh'

export default { zh: { ...zh, review: review.zh }, en: { ...en, review: review.en } }
