// Drafts and the bytes of their photos on the phone.
import { allItems, askToPersist, deleteItem, getItem, putItem } from '@/shared/util/idb'
import { reviveDraft, type Draft } from './draft'

interface StoredBlob {
  // Bytes instead of a Blob: older Safari loses Blobs kept in IndexedDB.
  bytes: ArrayBuffer
  type: string
}

export async function saveDraft(draft: Draft): Promise<boolean> {
  // A reactive proxy cannot be cloned into IndexedDB; a draft is plain JSON by construction.
  return putItem('drafts', draft.id, JSON.parse(JSON.stringify(draft)))
}

export async function loadDrafts(now: number): Promise<Draft[]> {
  const stored = await allItems<unknown>('drafts')
  return stored
    .map((value) => reviveDraft(value, now))
    .filter((draft): draft is Draft => draft !== null)
    .sort((a, b) => b.updated_at - a.updated_at)
}

export async function saveBlob(key: string, bytes: Uint8Array, type: string): Promise<boolean> {
  askToPersist()
  const copy = new Uint8Array(bytes)
  return putItem('blobs', key, { bytes: copy.buffer, type } satisfies StoredBlob)
}

export async function loadBlob(key: string): Promise<Blob | null> {
  const stored = await getItem<StoredBlob>('blobs', key)
  return stored ? new Blob([stored.bytes], { type: stored.type }) : null
}

export const deleteBlob = (key: string): Promise<void> => deleteItem('blobs', key)

export async function deleteDraft(draft: Draft): Promise<void> {
  await deleteItem('drafts', draft.id)
  await Promise.all(draft.photos.map((photo) => deleteBlob(photo.key)))
}
