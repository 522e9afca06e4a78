// Shrinks pictures beside the page, so that taps are answered meanwhile.
import { shrink, Unreadable, type Picture, type Turn } from './pictures'

export interface Order {
  id: number
  source: Blob | ImageBitmap
  turn: Turn
}
export type Answer = { id: number; picture: Picture } | { id: number; unreadable: boolean; message: string }

addEventListener('message', ({ data: { id, source, turn } }: MessageEvent<Order>) => {
  shrink(source, turn).then(
    (picture) => postMessage({ id, picture } satisfies Answer, { transfer: [picture.bytes] }),
    (error: unknown) =>
      postMessage({ id, unreadable: error instanceof Unreadable, message: String(error) } satisfies Answer),
  )
})
