import en from './messages.en'
import zh from './messages.zh'
import outboxEn from './outbox/texts.en'
import outboxZh from './outbox/texts.zh'
import photosEn from './photos/texts.en'
import photosZh from './photos/texts.zh'
import startEn from './start/texts.en'
import startZh from './start/texts.zh'

export default { zh: { ...zh, sync: outboxZh, camera: photosZh, start: startZh }, en: { ...en, sync: outboxEn, camera: photosEn, start: startEn } }
