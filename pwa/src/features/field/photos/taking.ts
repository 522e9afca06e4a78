/** Keeping a picture as evidence: its facts go into the operation that is signed, its bytes beside it. */
import { localTime, type NewFile } from '../../../device/records'
import type { Json } from '../../../sync-core'
import type { Recorder } from '../recorder'
import { useField } from '../store'
import { asFile, type Picture, type Turn } from './pictures'
import { NOWHERE, type Place } from './place'
import { useShrinker } from './shrinking'

// What the server takes of one file (backend/fieldwork/rules.py); the original of a photo is not worth a stuck upload.
const LARGEST_ORIGINAL = 10 * 1024 * 1024
const MOST_PIXELS = 25_000_000
const ORIGINALS = ['image/jpeg', 'image/png']

// An older file was not made here and now, whatever it shows.
const FRESH_MS = 120_000

export interface Shot {
  source: Blob | ImageBitmap
  place: Place
  turn?: Turn
  /** The untouched file, to be kept beside what is made of it. */
  original?: Blob | null
  /** Facts of the photograph that this is a copy of, with its digest. */
  copy?: { of: string; at: string | null; lat: string | null; lon: string | null; acc: string | null; off: number | null }
}

/** A picture ready to be written, as often as it takes. */
export interface Ready {
  picture: Picture
  value: Record<string, Json>
  original: NewFile | null
  /** The original was asked for and cannot be kept. */
  withoutOriginal: boolean
}

export interface Taking {
  /** Shrinks and hashes; throws Unreadable. */
  prepare(shot: Shot): Promise<Ready>
  /** The register once picture and operation are on disk; null when they are not, which the person was shown. */
  save(ready: Ready): Promise<string | null>
}

export function useTaking(code: () => string, recorder: () => Recorder): Taking {
  const field = useField()
  const shrink = useShrinker()

  return {
    async prepare({ source, place, turn, original, copy }) {
      const now = new Date()
      const { of, ...facts } = copy ?? { of: undefined, ...factsOf(source, place, now, await field.skew()) }
      const picture = await shrink(source, turn)
      const { sha256, mime, bytes, width: w, height: h, pixels } = picture
      const fits = original && ORIGINALS.includes(original.type) && original.size <= LARGEST_ORIGINAL && pixels <= MOST_PIXELS
      const untouched = fits ? await asFile(original) : null
      const value = {
        ...{ sha256, size: bytes.byteLength, mime, w, h, ...facts },
        ...(of && { of }),
        ...(untouched && { orig: untouched.sha256 }),
      }
      return { picture, value, original: untouched, withoutOriginal: Boolean(original) && !untouched }
    },

    async save({ picture: { sha256, mime, bytes }, value, original }) {
      if (original) {
        // First, so that no photo ever names an original that the phone does not have.
        const announced = { sha256: original.sha256, size: original.bytes.byteLength, mime: original.mime }
        const register = `blob/${original.sha256}`
        const kept = await recorder().write(
          (state) => (state.registers.has(register) ? null : { kind: 'blob', register, value: announced }),
          [original],
        )
        if (!kept) return null
      }
      const register = `photo/${code()}/${crypto.randomUUID()}`
      return (await recorder().set(register, value, [{ sha256, mime, bytes }])) ? register : null
    },
  }
}

type Facts = Omit<NonNullable<Shot['copy']>, 'of'>

function factsOf(source: Blob | ImageBitmap, place: Place, now: Date, skew: number | null): Facts {
  const { lat, lon, acc } = place
  if (!(source instanceof File) || now.getTime() - source.lastModified < FRESH_MS) {
    return { at: localTime(now), lat, lon, acc, off: skew }
  }
  return { at: null, ...NOWHERE, off: null }
}

/** Whether a file is of the kind that iPhones make and most browsers cannot read. */
export function isHeic({ name, type }: File): boolean {
  return /^image\/hei[cf]/.test(type) || /\.hei[cf]$/i.test(name)
}
