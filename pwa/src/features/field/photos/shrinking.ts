/** The worker that shrinks pictures: one at a time, made when first needed, ended when nothing has come for a while. */
import { shrink, Unreadable, type Picture, type Turn } from './pictures'
import type { Answer, Order } from './shrink.worker'

const IDLE_MS = 20_000

export type Shrink = (source: Blob | ImageBitmap, turn?: Turn) => Promise<Picture>

export function useShrinker(): Shrink {
  let worker: Worker | null = null
  let before: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let idle: ReturnType<typeof setTimeout> | undefined
  let count = 0

  function inWorker(source: Blob | ImageBitmap, turn: Turn): Promise<Picture> {
    worker ??= new Worker(new URL('./shrink.worker.ts', import.meta.url), { type: 'module' })
    const at = worker
    const id = (count += 1)
    return new Promise((resolve, reject) => {
      at.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.id !== id) return
        if ('picture' in data) resolve(data.picture)
        else reject(data.unreadable ? new Unreadable(data.message) : new Error(data.message))
      }
      // Also when the system ends it for want of memory: the next picture gets a new one.
      at.onerror = (event) => {
        drop()
        reject(new Error(event.message || 'the worker has ended'))
      }
      const order: Order = { id, source, turn }
      at.postMessage(order, source instanceof Blob ? [] : [source])
    })
  }

  function drop(): void {
    worker?.terminate()
    worker = null
  }

  return (source, turn = 0) => {
    clearTimeout(idle)
    waiting += 1
    const run = (): Promise<Picture> =>
      typeof OffscreenCanvas === 'undefined' ? shrink(source, turn) : inWorker(source, turn)
    const mine = before.then(run, run)
    before = mine
      .catch(() => undefined)
      .then(() => {
        waiting -= 1
        if (!waiting) idle = setTimeout(drop, IDLE_MS)
      })
    return mine
  }
}
