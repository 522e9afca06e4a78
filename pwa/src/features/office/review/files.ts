/** Photos and signatures as addresses that an image can show: fetched once with the access token, given back together. */
import { inject, onScopeDispose, provide, type InjectionKey } from 'vue'

import type { Client } from '../../../api/client'
import { getFile } from '../../../api/fieldwork'

/** Gives the address of a file; fails with what the server or the network said. */
export type Files = (sha256: string, mime?: string) => Promise<string>

const FILES: InjectionKey<Files> = Symbol('files')

/** Serves the files of the pages and parts below; the addresses end with the page that calls this. */
export function provideFiles(client: Client): Files {
  const opened = new Map<string, Promise<string>>()
  let ended = false

  function address(sha256: string, mime = 'image/jpeg'): Promise<string> {
    const known = opened.get(sha256)
    if (known) return known
    const opening = getFile(client, sha256).then((bytes) => {
      if (ended) throw new Error('the page is gone')
      return URL.createObjectURL(new Blob([bytes], { type: mime }))
    })
    // A failure is not kept, so that it can be tried again.
    opening.catch(() => opened.delete(sha256))
    opened.set(sha256, opening)
    return opening
  }

  onScopeDispose(() => {
    ended = true
    for (const opening of opened.values()) opening.then(URL.revokeObjectURL, () => undefined)
  })
  provide(FILES, address)
  return address
}

export function useFiles(): Files {
  const files = inject(FILES)
  if (!files) throw new Error('no page provides files')
  return files
}
