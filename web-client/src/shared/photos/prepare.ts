// What leaves the phone: the file as the camera made it, because the original is the evidence and
// its EXIF says where it was taken. Only what the server cannot take is changed here.
import { exifSegment, uprightSegment, withExif } from './exif'

export const MAX_BYTES = 20 * 1024 * 1024
/** On a 2G-class link a picture above this size would take minutes. */
const SLOW_LINK_BYTES = 2 * 1024 * 1024
const SMALLER_EDGE = 2560

export type SniffedType = 'image/jpeg' | 'image/png' | 'image/webp' | 'other'

export function sniff(head: Uint8Array): SniffedType {
  const ascii = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to))
  if (head[0] === 0xff && head[1] === 0xd8) return 'image/jpeg'
  if (head[0] === 0x89 && ascii(1, 4) === 'PNG') return 'image/png'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp'
  return 'other'
}

export function readBytes(blob: Blob): Promise<Uint8Array> {
  // Blob.arrayBuffer is younger than the browsers we serve.
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(new Uint8Array(reader.result as ArrayBuffer))
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'))
    reader.readAsArrayBuffer(blob)
  })
}

function onSlowLink(): boolean {
  const { connection } = navigator as Navigator & { connection?: { effectiveType?: string } }
  return /2g$/.test(connection?.effectiveType ?? '')
}

async function decode(blob: Blob): Promise<{ source: CanvasImageSource; w: number; h: number }> {
  if (typeof createImageBitmap === 'function') {
    try {
      const bitmap = await createImageBitmap(blob)
      return { source: bitmap, w: bitmap.width, h: bitmap.height }
    } catch {
      // Some browsers decode in <img> what they refuse here (HEIC in Safari).
    }
  }
  const link = URL.createObjectURL(blob)
  try {
    const image = new Image()
    await new Promise<void>((resolve, reject) => {
      image.onload = () => resolve()
      image.onerror = () => reject(new Error('undecodable'))
      image.src = link
    })
    return { source: image, w: image.naturalWidth, h: image.naturalHeight }
  } finally {
    URL.revokeObjectURL(link)
  }
}

async function toJpeg(blob: Blob, longestEdge: number): Promise<Blob> {
  const { source, w, h } = await decode(blob)
  const scale = Math.min(1, longestEdge / Math.max(w, h))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(w * scale))
  canvas.height = Math.max(1, Math.round(h * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (made) => (made ? resolve(made) : reject(new Error('not encoded'))),
      'image/jpeg',
      0.9,
    )
  })
}

async function smaller(blob: Blob, type: SniffedType, edge: number): Promise<Blob> {
  const made = await toJpeg(blob, edge)
  if (type !== 'image/jpeg') return made
  const segment = exifSegment(await readBytes(blob))
  const upright = segment && uprightSegment(segment)
  if (!upright) return made
  const joined = withExif(await readBytes(made), upright)
  return new Blob([joined as BlobPart], { type: 'image/jpeg' })
}

/** The bytes to send. Never fails: what cannot be improved goes as it is, and the server says why. */
export async function preparePhoto(file: Blob): Promise<Blob> {
  const type = sniff(await readBytes(file.slice(0, 16)))
  try {
    if (type === 'other') return await toJpeg(file, 4096)
    if (file.size > MAX_BYTES) return await smaller(file, type, 4096)
    if (onSlowLink() && file.size > SLOW_LINK_BYTES) return await smaller(file, type, SMALLER_EDGE)
  } catch {
    return file
  }
  return file.type === type ? file : file.slice(0, file.size, type)
}
