// The same checklist for every contestant: N points, each a choice of three and a remark that shows only when the
// point is answered "fail". ?n=150 chooses N.
export const N = Number(new URLSearchParams(location.search).get('n') ?? 150)
export const CHOICES = [
  ['pass', '合格'],
  ['fail', '不合格'],
  ['na', '不适用'],
]
export const points = Array.from({ length: N }, (_, i) => ({
  id: `q${i}`,
  title: `${i + 1}. 是否按照规定在显著位置公示营业执照、许可证件和从业人员健康证明（第${i + 1}项检查要点）`,
}))

// Marks that the measuring side reads: when the page's program began to make the form, when a screenful of points was
// painted, and when all of them stood in the document and were painted.
window.marks = { long: [] }
export function begin() {
  window.marks.begin = performance.now()
}
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.marks.long.push([entry.startTime, entry.duration])
}).observe({ type: 'longtask', buffered: true })

/** Watches the document until as many choices stand in it as there are points, three each. */
export function watchFor(selector) {
  const FIRST = Math.min(N, 6)
  const look = () => {
    const found = document.querySelectorAll(selector).length
    if (!window.marks.first && found >= 3 * FIRST) painted('first')
    if (found >= 3 * N) painted('all')
    else requestAnimationFrame(look)
  }
  const painted = (mark) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => (window.marks[mark] ??= performance.now())
      port2.postMessage(0)
    })
  }
  look()
}
