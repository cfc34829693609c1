// Keeps a JPEG's EXIF block (place and time of the shot) when the phone makes the picture smaller.
const SOI = 0xffd8
const APP1 = 0xffe1
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0]
const ORIENTATION_TAG = 0x0112

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The whole APP1 segment with marker and length, or null where the file has none. */
export function exifSegment(jpeg: Uint8Array): Uint8Array | null {
  if (jpeg.length < 4 || view(jpeg).getUint16(0) !== SOI) return null
  let at = 2
  while (at + 10 <= jpeg.length) {
    const marker = view(jpeg).getUint16(at)
    // Only segments before the picture data carry metadata.
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null
    const length = view(jpeg).getUint16(at + 2) + 2
    if (at + length > jpeg.length) return null
    if (marker === APP1 && EXIF.every((byte, index) => jpeg[at + 4 + index] === byte))
      return jpeg.slice(at, at + length)
    at += length
  }
  return null
}

/** A copy whose orientation says "upright": the canvas has already turned the pixels. */
export function uprightSegment(segment: Uint8Array): Uint8Array | null {
  const copy = segment.slice()
  const tiff = 10
  if (copy.length < tiff + 8) return null
  const data = view(copy)
  const little = data.getUint16(tiff) === 0x4949
  if (!little && data.getUint16(tiff) !== 0x4d4d) return null
  const directory = tiff + data.getUint32(tiff + 4, little)
  if (directory + 2 > copy.length) return null
  const count = data.getUint16(directory, little)
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * 12
    if (entry + 12 > copy.length) return null
    if (data.getUint16(entry, little) === ORIENTATION_TAG) data.setUint16(entry + 8, 1, little)
  }
  return copy
}

/** Puts the segment right after the start marker of another JPEG. */
export function withExif(jpeg: Uint8Array, segment: Uint8Array): Uint8Array {
  const joined = new Uint8Array(jpeg.length + segment.length)
  joined.set(jpeg.subarray(0, 2), 0)
  joined.set(segment, 2)
  joined.set(jpeg.subarray(2), 2 + segment.length)
  return joined
}
