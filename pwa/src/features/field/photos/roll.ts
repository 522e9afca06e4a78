/** The pictures of one sitting at the camera: each says where it stands, and none is let go before it is on disk. */
import { markRaw, onScopeDispose, ref, type Ref } from 'vue'

import { useLock } from '../../../access/lock'
import type { Recorder } from '../recorder'
import type { Ready, Shot, Taking } from './taking'

export interface Frame {
  id: number
  /** An address to show it from, once it is shrunk. */
  url: string
  state: 'working' | 'saved' | 'failed'
  register: string | null
  ready: Ready | null
}

export interface Roll {
  frames: Ref<Frame[]>
  /** Resolves when the source has been shrunk, while the picture is still being written. Throws when it cannot be read. */
  add(shot: Shot): Promise<Ready>
  retry(frame: Frame): Promise<void>
  /** Takes the last kept picture out of the record again. */
  retake(): Promise<void>
  /** Forgets what is on disk; what is not stays. */
  clear(): void
}

export function useRoll(taking: Taking, recorder: () => Recorder): Roll {
  const lock = useLock()
  const frames = ref<Frame[]>([])
  let count = 0

  async function add(shot: Shot): Promise<Ready> {
    count += 1
    frames.value.push({ id: count, url: '', state: 'working', register: null, ready: null })
    // The list's own proxy of it, or its changes would go unseen.
    const frame = frames.value.at(-1)!
    try {
      const ready = await taking.prepare(shot)
      // As it is: neither hashing nor IndexedDB takes a proxy.
      frame.ready = markRaw(ready)
      frame.url = URL.createObjectURL(new Blob([ready.picture.bytes], { type: ready.picture.mime }))
      void retry(frame)
      return ready
    } catch (error) {
      drop(frame)
      throw error
    }
  }

  async function retry(frame: Frame): Promise<void> {
    if (!frame.ready) return
    frame.state = 'working'
    frame.register = await taking.save(frame.ready)
    frame.state = frame.register ? 'saved' : 'failed'
    if (frame.register) frame.ready = null
  }

  async function retake(): Promise<void> {
    const last = frames.value.filter(({ state }) => state === 'saved').at(-1)
    if (last && (await recorder().set(last.register!, null))) drop(last)
  }

  function drop(frame: Frame): void {
    if (frame.url) URL.revokeObjectURL(frame.url)
    frames.value = frames.value.filter(({ id }) => id !== frame.id)
  }

  function clear(): void {
    frames.value.filter(({ state }) => state === 'saved').forEach(drop)
  }

  onScopeDispose(() => frames.value.forEach(({ url }) => url && URL.revokeObjectURL(url)))
  // From the shutter to the disk the phone stays open.
  return { frames, add: (shot) => lock.during(add(shot)), retry: (frame) => lock.during(retry(frame)), retake, clear }
}
