import 'fake-indexeddb/auto'

import { expect, it } from 'vitest'

import { FieldDatabase } from '../../device/database'
import { readSheet } from '../../sync-core'
import { readInspection } from './inspection'

const ID = '0192f0c8-0000-7000-8000-000000000001'
const DOCUMENT = { inspection: ID, items: [], points: [], parties: [{ person: 'p-1', role: 'lead' }] }

it('lets nobody write who was replaced', async () => {
  const db = new FieldDatabase('inspection', new Uint8Array(32).fill(7))
  await db.packets.put({ id: ID, packet: { checklist: { document: DOCUMENT } }, sheet: readSheet(DOCUMENT) })
  const row = { id: ID, brief: { state: 'on_site' }, head: 0, chain: '' }
  for (const withdrawn of [false, true]) {
    await db.inspections.put({ ...row, withdrawn })
    expect(await readInspection(db, ID)).toMatchObject({ withdrawn, open: !withdrawn })
  }
})
