// The parts of Element Plus that the desk uses, each with its own style sheet, so that no other part is loaded.
import 'element-plus/es/components/base/style/css'
import 'element-plus/es/components/badge/style/css'
import 'element-plus/es/components/button/style/css'
import 'element-plus/es/components/dialog/style/css'
import 'element-plus/es/components/drawer/style/css'
import 'element-plus/es/components/input/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/overlay/style/css'
import 'element-plus/es/components/select/style/css'

export { default as english } from 'element-plus/es/locale/lang/en'
export { default as chinese } from 'element-plus/es/locale/lang/zh-cn'
export {
  ElBadge,
  ElButton,
  ElConfigProvider,
  ElDialog,
  ElDrawer,
  ElInput,
  ElOption,
} from 'element-plus'
export { ElSelect } from './select'
