// Photos on their way to the server: two at a time, each with its own progress and retry, living
// outside the components so that leaving a page does not stop them.
import { reactive } from 'vue'
import { commonHeaders, networkError, newIntent, readAnswer, url } from '@/shared/api/client'
import { ApiError, toApiError } from '@/shared/api/errors'
import type { UploadedPhoto } from '@/shared/api/types'
import { preparePhoto } from './prepare'

export type PhotoStatus = 'waiting' | 'uploading' | 'done' | 'failed'

export interface PickedPhoto {
  key: string
  status: PhotoStatus
  /** 0…1 */
  progress: number
  /** Why it failed, in the reader's language. */
  message: string
  /** False where the picture itself was refused: the same bytes will not be taken. */
  retryable: boolean
  /** Object URL of the local file; null after a reload without the bytes. */
  preview: string | null
  intent: string
  uploaded: UploadedPhoto | null
}

const ATONCE = 2
const UPLOAD_TIMEOUT_MS = 180_000
const blobs = new Map<string, Blob>()
const queue: PickedPhoto[] = []
const waiters = new Map<string, Array<() => void>>()
let running = 0

export function pick(file: Blob, key: string = newIntent()): PickedPhoto {
  blobs.set(key, file)
  return reactive({
    key,
    status: 'waiting',
    progress: 0,
    message: '',
    retryable: true,
    preview: makePreview(file),
    intent: newIntent(),
    uploaded: null,
  })
}

function makePreview(file: Blob): string | null {
  try {
    return URL.createObjectURL(file)
  } catch {
    return null
  }
}

export const blobOf = (key: string): Blob | undefined => blobs.get(key)

/** Gives the bytes back to a photo that was restored from a draft. */
export function restoreBlob(photo: PickedPhoto, blob: Blob): void {
  blobs.set(photo.key, blob)
  photo.preview = makePreview(blob)
}

export function forget(photo: PickedPhoto): void {
  blobs.delete(photo.key)
  const at = queue.indexOf(photo)
  if (at >= 0) queue.splice(at, 1)
  if (photo.preview) URL.revokeObjectURL(photo.preview)
}

export function uploadedIds(photos: readonly PickedPhoto[]): string[] {
  return photos.flatMap((photo) => (photo.uploaded ? [photo.uploaded.id] : []))
}

export const unfinished = (photos: readonly PickedPhoto[]): PickedPhoto[] =>
  photos.filter(
    (photo) => photo.status !== 'done' && !(photo.status === 'failed' && !photo.retryable),
  )

/** Queues the photo; the promise settles (never rejects) when it is done or has failed. */
export function startUpload(photo: PickedPhoto): Promise<void> {
  if (photo.status === 'done') return Promise.resolve()
  const settled = new Promise<void>((resolve) => {
    waiters.set(photo.key, [...(waiters.get(photo.key) ?? []), resolve])
  })
  if (photo.status !== 'uploading' && !queue.includes(photo)) {
    photo.status = 'waiting'
    photo.message = ''
    queue.push(photo)
    pump()
  }
  return settled
}

function pump(): void {
  while (running < ATONCE && queue.length > 0) {
    const photo = queue.shift()
    if (!photo) return
    running += 1
    void send(photo).then(() => {
      running -= 1
      for (const settle of waiters.get(photo.key) ?? []) settle()
      waiters.delete(photo.key)
      pump()
    })
  }
}

async function send(photo: PickedPhoto): Promise<void> {
  photo.status = 'uploading'
  photo.progress = 0
  try {
    const blob = blobs.get(photo.key)
    if (!blob) throw new ApiError({ kind: 'http', status: 410, message: '' })
    const prepared = await preparePhoto(blob)
    photo.uploaded = await post(prepared, photo)
    photo.status = 'done'
    photo.progress = 1
  } catch (error) {
    const failure = toApiError(error)
    photo.status = 'failed'
    photo.message = failure.message
    photo.retryable = failure.retryable
  }
}

function post(blob: Blob, photo: PickedPhoto): Promise<UploadedPhoto> {
  // XMLHttpRequest because fetch tells nothing of an upload's progress.
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', url('/photos'))
    xhr.timeout = UPLOAD_TIMEOUT_MS
    const contentType = blob.type.startsWith('image/') ? blob.type : 'image/jpeg'
    const headers = commonHeaders({ method: 'POST', intent: photo.intent, contentType })
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) photo.progress = event.loaded / event.total
    }
    xhr.onload = () => {
      try {
        const wait = xhr.getResponseHeader('Retry-After')
        resolve(readAnswer<UploadedPhoto>(xhr.status, xhr.responseText, wait))
      } catch (error) {
        reject(toApiError(error))
      }
    }
    xhr.onerror = () => reject(networkError(false))
    xhr.ontimeout = () => reject(networkError(true))
    xhr.send(blob)
  })
}
