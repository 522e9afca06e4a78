// The parts of Vant that the phone uses, each with its own style sheet, so that no other part is loaded.
import 'vant/es/button/style'
import 'vant/es/pull-refresh/style'
import 'vant/es/search/style'
import 'vant/es/swipe-cell/style'
import 'vant/es/toast/style'

import { setToastDefaultOptions, type ToastOptions } from 'vant'

export {
  Button as VanButton,
  PullRefresh as VanPullRefresh,
  Search as VanSearch,
  SwipeCell as VanSwipeCell,
  showToast,
} from 'vant'

// In the middle of the screen it would lie on the very answer that it speaks of. It is read out, and no stop of the Tab key.
const spoken = { role: 'alert', tabindex: undefined }
setToastDefaultOptions({ position: 'bottom', ...spoken } as ToastOptions)
