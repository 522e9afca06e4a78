/** From a camera's frame or a file to the evidence that is kept: shrunk, upright, and named by its SHA-256. */
import type { NewFile } from '../../../device/records'

export const LARGEST_BYTES = 350 * 1024

/** A quarter turn clockwise, so many times. */
export type Turn = 0 | 1 | 2 | 3

// Quality first, then size: a document's small print needs pixels more than tones.
const TRIES: readonly [quality: number, side: number][] = [
  [0.8, 1600],
  [0.7, 1600],
  [0.6, 1600],
  [0.6, 1280],
  [0.5, 1024],
]

export interface Picture extends NewFile {
  width: number
  height: number
  /** Of the source before it was shrunk. */
  pixels: number
}

/** The browser cannot read the file as a picture. */
export class Unreadable extends Error {}

/** Width and height such that the longer side is at most `side`; a small picture stays as it is. */
export function fit(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Throws Unreadable. The frame that it is given is closed: a burst must not fill the memory with them. */
export async function shrink(source: Blob | ImageBitmap, turn: Turn): Promise<Picture> {
  const bitmap = source instanceof Blob ? await decode(source) : source
  // Once from full size, then from this: twelve megapixels are held for as short as can be.
  const upright = drawUpright(bitmap, turn)
  const pixels = bitmap.width * bitmap.height
  bitmap.close()
  let blob: Blob | null = null
  let size = fit(upright.width, upright.height, TRIES[0]![1])
  for (const [quality, side] of TRIES) {
    size = fit(upright.width, upright.height, side)
    blob = await encode(drawn(upright, size.width, size.height), quality)
    if (blob.size <= LARGEST_BYTES) break
  }
  return { ...(await asFile(blob!)), ...size, pixels }
}

async function decode(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' })
  } catch (error) {
    throw new Unreadable('no picture', { cause: error })
  }
}

type Canvas = OffscreenCanvas | HTMLCanvasElement

function newCanvas(width: number, height: number): Canvas {
  // Safari before 16.4 knows no canvas outside a page.
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height)
  return Object.assign(document.createElement('canvas'), { width, height })
}

/** The 2D context of a canvas; throws where the device has no memory left for one. */
export function contextOf(canvas: Canvas): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  return context as CanvasRenderingContext2D
}

function drawUpright(bitmap: ImageBitmap, turn: Turn): Canvas {
  const lying = turn % 2 === 1
  const { width, height } = fit(bitmap.width, bitmap.height, TRIES[0]![1])
  const canvas = newCanvas(lying ? height : width, lying ? width : height)
  const context = contextOf(canvas)
  // JPEG knows no transparency; without this it turns black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.translate(canvas.width / 2, canvas.height / 2)
  context.rotate((turn * Math.PI) / 2)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, -width / 2, -height / 2, width, height)
  return canvas
}

function drawn(source: Canvas, width: number, height: number): Canvas {
  if (source.width === width && source.height === height) return source
  const canvas = newCanvas(width, height)
  contextOf(canvas).drawImage(source, 0, 0, width, height)
  return canvas
}

function encode(canvas: Canvas, quality: number): Promise<Blob> {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type: 'image/jpeg', quality })
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', quality),
  )
}

export async function asFile(blob: Blob): Promise<NewFile> {
  const bytes = await blob.arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { sha256, mime: blob.type, bytes }
}
