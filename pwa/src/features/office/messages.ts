import devices from './devices/messages'
import imports from './imports/messages'
import review from './review/messages'
import en from './texts/en'
import zh from './texts/zh'

export default { zh: { ...zh, devices: devices.zh, imports: imports.zh, review: review.zh }, en: { ...en, devices: devices.en, imports: imports.en, review: review.en } }
