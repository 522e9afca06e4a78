// The parts of Vant that the phone uses, each with its own style sheet, so that no other part is loaded.
import 'vant/es/action-sheet/style'
import 'vant/es/button/style'
import 'vant/es/date-picker/style'
import 'vant/es/dialog/style'
import 'vant/es/popup/style'
import 'vant/es/pull-refresh/style'
import 'vant/es/search/style'
import 'vant/es/swipe-cell/style'
import 'vant/es/toast/style'

import { setToastDefaultOptions } from 'vant'

export {
  ActionSheet as VanActionSheet,
  Button as VanButton,
  DatePicker as VanDatePicker,
  Popup as VanPopup,
  PullRefresh as VanPullRefresh,
  Search as VanSearch,
  SwipeCell as VanSwipeCell,
  showConfirmDialog,
  showToast,
} from 'vant'

// In the middle of the screen it would lie on the very answer that it speaks of.
setToastDefaultOptions({ position: 'bottom' })
