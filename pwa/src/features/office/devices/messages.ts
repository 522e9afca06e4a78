import en from './texts.en'
import zh from './texts.zh'

export default { zh, en }
