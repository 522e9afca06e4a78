/** Marks drawn on a copy of a photo, in the picture's own pixels. */

export const TOOLS = ['arrow', 'box', 'pen', 'text'] as const
export type Tool = (typeof TOOLS)[number]

/** Ink and the rim around it, so that a mark is seen on every ground. */
export const COLOURS = {
  red: ['#e5251b', '#ffffff'],
  yellow: ['#ffd60a', '#1a1a1a'],
  white: ['#ffffff', '#1a1a1a'],
  blue: ['#1463ff', '#ffffff'],
} as const
export type Colour = keyof typeof COLOURS

export interface Point {
  x: number
  y: number
}
export interface Mark {
  tool: Tool
  colour: Colour
  points: Point[]
  text: string
}

/** What was drawn and what was taken back of it. */
export interface Marks {
  done: readonly Mark[]
  undone: readonly Mark[]
}
export const UNMARKED: Marks = { done: [], undone: [] }

export const add = ({ done }: Marks, mark: Mark): Marks => ({ done: [...done, mark], undone: [] })
export const undo = ({ done, undone }: Marks): Marks =>
  done.length ? { done: done.slice(0, -1), undone: [done.at(-1)!, ...undone] } : { done, undone }
export const redo = ({ done, undone }: Marks): Marks =>
  undone.length ? { done: [...done, undone[0]!], undone: undone.slice(1) } : { done, undone }

/** A finger that only touched has drawn nothing, except a text, which is put where it touched. */
export function isDrawn({ tool, points, text }: Mark, shortest: number): boolean {
  if (tool === 'text') return text !== ''
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return false
  return tool === 'pen' ? points.length > 1 : Math.hypot(last.x - first.x, last.y - first.y) >= shortest
}

/** Draws one mark on a picture whose longer side is `side`. */
export function drawMark(context: CanvasRenderingContext2D, mark: Mark, side: number): void {
  const [ink, rim] = COLOURS[mark.colour]
  const width = side / 160
  context.lineCap = context.lineJoin = 'round'
  for (const [style, extra] of [
    [rim, width],
    [ink, 0],
  ] as const) {
    context.strokeStyle = context.fillStyle = style
    context.lineWidth = width + extra
    if (mark.tool === 'text') writeText(context, mark, side, extra)
    else {
      context.beginPath()
      trace(context, mark, side)
      context.stroke()
    }
  }
}

/** Where the keyboard is: seen on every ground, and never on what is kept. */
export function drawCross(context: CanvasRenderingContext2D, { x, y }: Point, side: number): void {
  const arm = side / 30
  for (const [style, width] of [['#1a1a1a', side / 160], ['#ffffff', side / 400]] as const) {
    context.strokeStyle = style
    context.lineWidth = width
    context.beginPath()
    context.moveTo(x - arm, y)
    context.lineTo(x + arm, y)
    context.moveTo(x, y - arm)
    context.lineTo(x, y + arm)
    context.stroke()
  }
}

function writeText(context: CanvasRenderingContext2D, { text, points }: Mark, side: number, extra: number): void {
  const { x, y } = points[0]!
  context.font = `700 ${side / 24}px system-ui, sans-serif`
  context.textBaseline = 'middle'
  if (extra) context.strokeText(text, x, y)
  else context.fillText(text, x, y)
}

function trace(context: CanvasRenderingContext2D, { tool, points }: Mark, side: number): void {
  const [first, last] = [points[0]!, points.at(-1)!]
  if (tool === 'box') return context.rect(first.x, first.y, last.x - first.x, last.y - first.y)
  context.moveTo(first.x, first.y)
  if (tool === 'pen') return points.slice(1).forEach(({ x, y }) => context.lineTo(x, y))
  context.lineTo(last.x, last.y)
  const angle = Math.atan2(last.y - first.y, last.x - first.x)
  const barb = Math.min(side / 24, Math.hypot(last.x - first.x, last.y - first.y) / 2)
  for (const spread of [-0.5, 0.5]) {
    context.moveTo(last.x, last.y)
    context.lineTo(last.x - barb * Math.cos(angle + spread), last.y - barb * Math.sin(angle + spread))
  }
}
