/** From a camera file to the evidence that is kept: shrunk, upright, and named by its SHA-256. */
import type { NewFile } from '../../../device/records'

export const LONGEST_SIDE = 1600
export const LARGEST_BYTES = 350 * 1024

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
}

/** Width and height such that the longer side is at most `side`; a small picture stays as it is. */
export function fit(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Throws when the browser cannot read the file as a picture. */
export async function takePicture(file: Blob): Promise<Picture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    for (const [quality, side] of TRIES) {
      const { width, height } = fit(bitmap.width, bitmap.height, Math.min(side, LONGEST_SIDE))
      const blob = await draw(bitmap, width, height, quality)
      if (blob.size > LARGEST_BYTES && quality !== TRIES.at(-1)![0]) continue
      return { ...(await asFile(blob)), width, height }
    }
    throw new Error('no attempt was made')
  } finally {
    bitmap.close()
  }
}

async function draw(bitmap: ImageBitmap, width: number, height: number, quality: number): Promise<Blob> {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  // JPEG knows no transparency; without this it turns black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
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
