// A listing being written, with its photos, on this phone until it has been handed in.
import { deleteBlob, loadBlob, saveBlob } from '@/features/reports/draft-store'
import type { UploadedPhoto } from '@/shared/api/types'
import { readBytes } from '@/shared/photos/prepare'
import { pick, restoreBlob, startUpload, type PickedPhoto } from '@/shared/photos/uploads'
import { deleteItem, getItem, putItem } from '@/shared/util/idb'

interface KeptPhoto {
  key: string
  intent: string
  uploaded: UploadedPhoto | null
}
export interface Kept<Form> {
  form: Form
  photos: KeptPhoto[]
}

/** Two people may share a phone, and each thing that is changed has words of its own. */
export const formKey = (username: string, id: string | undefined): string =>
  `listing:${username}:${id ?? 'new'}`

export async function keepForm<Form>(
  key: string,
  form: Form,
  photos: readonly PickedPhoto[],
): Promise<boolean> {
  const kept: Kept<Form> = {
    form,
    photos: photos
      .filter(({ status, retryable }) => status !== 'failed' || retryable)
      .map(({ key: of, intent, uploaded }) => ({ key: of, intent, uploaded })),
  }
  // A reactive proxy cannot be cloned into IndexedDB.
  return putItem('asks', key, JSON.parse(JSON.stringify(kept)))
}

export async function loadForm<Form>(
  key: string,
): Promise<{ form: Partial<Form>; photos: PickedPhoto[] } | null> {
  const kept = await getItem<Partial<Kept<Form>>>('asks', key)
  if (!kept?.form) return null
  const photos: PickedPhoto[] = []
  for (const photo of kept.photos ?? []) {
    const blob = await loadBlob(photo.key)
    if (!blob && !photo.uploaded) continue
    const picked = pick(blob ?? new Blob([]), photo.key)
    if (blob) restoreBlob(picked, blob)
    picked.intent = photo.intent
    picked.uploaded = photo.uploaded
    if (photo.uploaded) picked.status = 'done'
    photos.push(picked)
  }
  return { form: kept.form, photos }
}

export async function dropForm(key: string, photos: readonly PickedPhoto[]): Promise<void> {
  await Promise.all([deleteItem('asks', key), ...photos.map((photo) => deleteBlob(photo.key))])
}

/** The bytes as well: a photo that was not sent yet outlives a closed page. */
export async function keepPhoto(photo: PickedPhoto, file: Blob): Promise<void> {
  await saveBlob(photo.key, await readBytes(file), file.type)
}

/** A photo that the listing has already, among the ones just taken. */
export function hadPhoto(photo: { id: string; url: string; thumbnail_url: string }): PickedPhoto {
  const picked = pick(new Blob([]), photo.id)
  picked.uploaded = { ...photo, width: 0, height: 0 }
  picked.status = 'done'
  return picked
}

export const sendAgain = (photos: readonly PickedPhoto[]): Promise<unknown> =>
  Promise.all(photos.map(startUpload))
