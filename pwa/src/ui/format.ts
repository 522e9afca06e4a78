/** How moments, days and fractions are written. The city's clock is China's, wherever the reader is. */

const ZONE = 'Asia/Shanghai'

/** A moment of the server, to the minute: 2026-11-21 09:30. */
export function moment(iso: string | null | undefined): string {
  // The Swedish locale writes dates the ISO way, which both languages of the screens use.
  return iso ? new Date(iso).toLocaleString('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' }) : '—'
}

/** Seconds as hours, minutes and seconds: 00:09:30. */
export function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

/** The fraction "p/q" as a percentage without superfluous zeros: "1/200" is 0.5%. */
export function percent(fraction: string): string {
  const [p = NaN, q = NaN] = fraction.split('/').map(Number)
  return Number.isFinite(p / q) ? `${Number(((p / q) * 100).toFixed(4))}%` : fraction
}
