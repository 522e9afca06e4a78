/** The phone's camera inside the page: leaving for the camera's own app lets the system end this one. */
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref } from 'vue'

export type Facing = 'environment' | 'user'
export type CameraState = 'starting' | 'live' | 'paused' | 'refused' | 'absent' | 'busy'

export interface Camera {
  state: Readonly<Ref<CameraState>>
  facing: Readonly<Ref<Facing>>
  /** Whether there is another camera to turn to. */
  flippable: Readonly<Ref<boolean>>
  torch: Readonly<Ref<boolean>>
  hasTorch: ComputedRef<boolean>
  zoom: Readonly<Ref<number>>
  /** Steps within what the lens can do; empty when it can do nothing. */
  zooms: ComputedRef<number[]>
  start(facing?: Facing): Promise<void>
  setTorch(on: boolean): Promise<void>
  setZoom(factor: number): Promise<void>
  /** What the finder shows at this moment. The receiver closes it. */
  frame(): Promise<ImageBitmap>
  /** The sensor's own file, where the browser can ask for it; slower than a frame. */
  original(): Promise<Blob | null>
}

/** What tracks may say and take beyond the DOM's types. */
interface Abilities extends MediaTrackCapabilities {
  torch?: boolean
  zoom?: { min: number; max: number }
}
type Wish = MediaTrackConstraintSet & { torch?: boolean; zoom?: number }
type Photographer = new (track: MediaStreamTrack) => { takePhoto(): Promise<Blob> }

// A photo is kept at 1600; 4:3 is what sensors see, so nothing is cut away.
const WANTED = { width: { ideal: 1920 }, height: { ideal: 1440 } }
const STEPS = [1, 2, 5]

export function useCamera(video: Readonly<Ref<HTMLVideoElement | null>>): Camera {
  const state = ref<CameraState>('starting')
  const facing = ref<Facing>('environment')
  const flippable = ref(false)
  const torch = ref(false)
  const zoom = ref(1)
  const track = shallowRef<MediaStreamTrack | null>(null)
  const abilities = computed<Abilities>(() => track.value?.getCapabilities?.() ?? {})
  /** Counts the starts, so that one overtaken by another lets go of its camera. */
  let starts = 0

  async function start(wanted: Facing = facing.value): Promise<void> {
    stop()
    const mine = (starts += 1)
    facing.value = wanted
    state.value = 'starting'
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('no camera here', 'NotFoundError')
      const constraints = { audio: false, video: { ...WANTED, facingMode: { ideal: wanted }, zoom: true } }
      const stream = await navigator.mediaDevices.getUserMedia(constraints)
      const own = stream.getVideoTracks()[0]
      if (mine !== starts || !own || !video.value) return end(stream)
      // Unplugged, or taken by a call.
      own.onended = () => {
        if (track.value === own) state.value = 'busy'
      }
      video.value.srcObject = stream
      await video.value.play()
      track.value = own
      state.value = 'live'
      const devices = await navigator.mediaDevices.enumerateDevices()
      flippable.value = devices.filter(({ kind }) => kind === 'videoinput').length > 1
    } catch (error) {
      if (mine === starts) state.value = stateOf(error)
    }
  }

  function stop(): void {
    starts += 1
    const stream = video.value?.srcObject as MediaStream | null | undefined
    if (stream) end(stream)
    if (video.value) video.value.srcObject = null
    track.value = null
    torch.value = false
    zoom.value = 1
  }

  async function apply(wish: Wish): Promise<boolean> {
    const done = track.value?.applyConstraints({ advanced: [wish] }).then(() => true, () => false)
    return (await done) ?? false
  }

  // A camera that nobody looks through is let go of: for the battery, and for other apps.
  function follow(): void {
    if (document.hidden) {
      stop()
      state.value = 'paused'
    } else if (state.value === 'paused') void start()
  }
  document.addEventListener('visibilitychange', follow)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', follow)
    stop()
  })

  return {
    state,
    facing,
    flippable,
    torch,
    zoom,
    start,
    hasTorch: computed(() => abilities.value.torch === true),
    zooms: computed(() => {
      const range = abilities.value.zoom
      const fits = range ? STEPS.filter((step) => step * range.min <= range.max) : []
      return fits.length > 1 ? fits : []
    }),
    async setTorch(on) {
      if (await apply({ torch: on })) torch.value = on
    },
    async setZoom(factor) {
      const least = abilities.value.zoom?.min ?? 1
      if (await apply({ zoom: factor * least })) zoom.value = factor
    },
    frame: () => createImageBitmap(video.value!),
    async original() {
      const maker = (globalThis as { ImageCapture?: Photographer }).ImageCapture
      if (!maker || !track.value) return null
      return new maker(track.value).takePhoto().catch(() => null)
    },
  }
}

function end(stream: MediaStream): void {
  for (const each of stream.getTracks()) each.stop()
}

function stateOf(error: unknown): CameraState {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'absent' : 'busy'
}
