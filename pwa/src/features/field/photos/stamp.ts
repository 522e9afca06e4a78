/** The stamp on a display copy: what, where and when. The kept bytes stay as they were hashed. */
import { contextOf } from './pictures'

/** Draws a picture with its stamp along the lower edge; an empty stamp leaves the picture alone. */
export function drawStamped(canvas: HTMLCanvasElement, picture: ImageBitmap, lines: readonly string[]): void {
  Object.assign(canvas, { width: picture.width, height: picture.height })
  const context = contextOf(canvas)
  context.drawImage(picture, 0, 0)
  if (!lines.length) return
  const size = Math.max(14, Math.round(Math.min(canvas.width, canvas.height) / 34))
  const [pad, leading] = [size * 0.8, size * 1.45]
  const height = lines.length * leading + pad
  context.fillStyle = 'rgb(0 0 0 / 55%)'
  context.fillRect(0, canvas.height - height, canvas.width, height)
  context.fillStyle = '#fff'
  context.font = `600 ${size}px ${getComputedStyle(canvas).fontFamily}`
  context.textBaseline = 'middle'
  lines.forEach((line, index) => {
    const y = canvas.height - height + pad / 2 + (index + 0.5) * leading
    context.fillText(shortened(context, line, canvas.width - 2 * pad), pad, y)
  })
}

function shortened(context: CanvasRenderingContext2D, line: string, width: number): string {
  if (context.measureText(line).width <= width) return line
  let [short, long] = [0, line.length]
  while (long - short > 1) {
    const middle = (short + long) >> 1
    if (context.measureText(`${line.slice(0, middle)}…`).width <= width) short = middle
    else long = middle
  }
  return `${line.slice(0, short)}…`
}
